package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightJobTest {
    private static final RunnerSettings SETTINGS = CronJobFactoryTest.PLAIN;
    private static final String SPEC = "{task: metrics-refresh, interval: 5m, shards: 3, timeout: 1h}";

    private final CrmScheduledTask task = TestTasks.stored("metrics", SPEC);

    @Test
    void hasTheEnvironmentOfARun() {
        Job job = PreflightJob.create(task, SETTINGS, "metrics-check-x");
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().getFirst();
        assertEquals(List.of("check", "metrics-refresh", "--report"), container.getArgs());
        CronJob cronJob =
                CronJobFactory.create(task, (CompiledSchedule) ScheduleCompiler.compile(task), false, SETTINGS);
        PodSpec run = TestCronJobs.podSpec(cronJob);
        assertEquals(run.getSecurityContext(), pod.getSecurityContext());
        assertEquals(run.getVolumes(), pod.getVolumes());
        assertEquals(run.getContainers().getFirst().getImage(), container.getImage());
        assertEquals(run.getContainers().getFirst().getVolumeMounts(), container.getVolumeMounts());
        assertEquals(run.getContainers().getFirst().getSecurityContext(), container.getSecurityContext());
        assertTrue(container.getEnv().stream()
                .noneMatch(variable -> variable.getName().equals("CRM_TASK_SHARDS")));
        assertEquals(
                List.of("3m"),
                container.getEnv().stream()
                        .filter(variable -> variable.getName().equals("CRM_TASK_TIMEOUT"))
                        .map(variable -> variable.getValue())
                        .toList());
    }

    @Test
    void isNoRunAndHasNoController() {
        Job job = PreflightJob.create(task, SETTINGS, "metrics-check-x");
        assertTrue(TaskLabels.isPreflight(job));
        assertTrue(TaskLabels.belongsTo(task, job));
        assertEquals(
                "preflight",
                job.getSpec().getTemplate().getMetadata().getLabels().get(TaskLabels.ROLE));
        OwnerReference owner = job.getMetadata().getOwnerReferences().getFirst();
        assertEquals(TestTasks.UID, owner.getUid());
        assertNull(owner.getController());
        Job run = JobFactory.requestedRun(task, new RunRequest("x", false), SETTINGS);
        assertFalse(TaskLabels.isPreflight(run));
    }

    /** The history limits of a CronJob delete none of these Jobs. */
    @Test
    void kubernetesDeletesEveryJobOfTheOperator() {
        RunRequest request = new RunRequest("x", false);
        Map<Job, Integer> secondsToKeep = Map.of(
                PreflightJob.create(task, SETTINGS, "metrics-check-x"), 900,
                JobFactory.requestedRun(task, request, SETTINGS), 3_600,
                JobFactory.trialRun(task, "metrics-x", SETTINGS), 3_600);
        secondsToKeep.forEach(
                (job, seconds) -> assertEquals(seconds, job.getSpec().getTtlSecondsAfterFinished()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{task: cleanup, interval: 5m, shards: 3, timeout: 1h}",
                "{task: metrics-refresh, interval: 5m, parameters: {window: 7d}}",
                "{task: metrics-refresh, interval: 5m, database: other}"
            })
    void theHashChangesWithTheCheckedFields(String spec) {
        assertNotEquals(hash(task), hash(TestTasks.stored("metrics", spec)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{task: metrics-refresh, interval: 10m}",
                "{task: metrics-refresh, schedule: \"0 8 * * *\", enabled: false, retry: {limit: 0}}",
                "{task: metrics-refresh, interval: 5m, runnerProfile: large}"
            })
    void theHashIgnoresTheOtherFields(String spec) {
        assertEquals(hash(task), hash(TestTasks.stored("metrics", spec)));
    }

    @Test
    void theHashChangesWithARecreatedTask() {
        CrmScheduledTask other = TestTasks.stored("metrics", SPEC);
        other.getMetadata().setUid("another");
        assertNotEquals(hash(task), hash(other));
    }

    @Test
    void theNameFitsTheLimitOfKubernetes() {
        CrmScheduledTask longest = TestTasks.stored("a".repeat(52), SPEC);
        for (int attempt : List.of(1, 2, 1_000_000)) {
            String name = PreflightJob.name(longest, hash(longest), attempt);
            assertTrue(name.length() <= 63, name);
            assertTrue(name.contains(hash(longest)), name);
        }
        assertNotEquals(PreflightJob.name(longest, "aa", 1), PreflightJob.name(longest, "aa", 2));
    }

    private static String hash(CrmScheduledTask task) {
        return PreflightJob.hash(task, SETTINGS);
    }
}
