package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator runs the preflight of a task before it schedules the task, on a real API server. */
@ExtendWith(LocalApiServerExtension.class)
class PreflightIT {
    private static final String TASK = "cleanup";
    private static final Map<String, String> ON =
            Map.of("PREFLIGHT", "true", "DATABASES", "{\"other\": {\"secretName\": \"other\"}}");

    private OperatorHarness crm;
    private FakeCluster cluster;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, ON);
        cluster = new FakeCluster(crm);
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        crm.await(TASK, status -> reason(status, "Preflight").equals("PreflightRunning"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void schedulesTheTaskAfterThePreflightSucceeds() {
        CrmScheduledTaskStatus waiting = crm.await(TASK, ready("False"));
        assertEquals("PreflightPending", reason(waiting, "Ready"));
        assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend(), "no run starts before the preflight ends");
        cluster.endPreflight(preflight(1), FakeCluster.report(RunResult.SUCCEEDED, null, null));
        CrmScheduledTaskStatus passed = crm.await(TASK, ready("True"));
        assertTrue(condition("Preflight", "True").test(passed));
        assertFalse(crm.cronJob(TASK).get().getSpec().getSuspend());
        assertNull(passed.lastRun(), "a preflight is not a run");
        assertEquals(0, passed.consecutiveFailures());
    }

    @Test
    void suspendsTheTaskAndReportsWhyThePreflightFailed() {
        cluster.endPreflight(
                preflight(1), FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        CrmScheduledTaskStatus status = crm.await(TASK, condition("Preflight", "False"));
        assertEquals("SchemaMismatch", reason(status, "Preflight"));
        assertEquals("PreflightFailed", reason(status, "Ready"));
        assertTrue(message(status, "Ready").contains("Table leads is missing. Migrate the CRM's database"));
        assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend());
        assertNull(status.lastRun());
        assertNull(status.lastFailureTime());
    }

    @Test
    void repeatsAFailedPreflightAndSchedulesTheTaskAfterItsSuccess() {
        cluster.endPreflight(
                preflight(1), FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        crm.await(TASK, condition("Preflight", "False"));
        crm.close();
        makeTheNextPreflightDue();
        crm = crm.restarted(ON);
        cluster = new FakeCluster(crm);
        eventually(2, () -> preflights().size());
        cluster.endPreflight(preflight(2), FakeCluster.report(RunResult.SUCCEEDED, null, null));
        CrmScheduledTaskStatus status = crm.await(TASK, ready("True"));
        assertEquals(2, Objects.requireNonNull(status.preflight()).attempts());
        crm.awaitCronJob(TASK, now -> !now.getSpec().getSuspend());
    }

    @Test
    void runsThePreflightOfADisabledTaskWhenItIsEnabled() {
        crm.create("off", "{task: cleanup, interval: 5m, enabled: false}");
        CrmScheduledTaskStatus off =
                crm.await("off", status -> reason(status, "Preflight").equals("NotChecked"));
        assertTrue(condition("Suspended", "True").test(off));
        assertEquals(1, preflights().size(), "the only preflight is the other task's");
        crm.edit("off", "{task: cleanup, interval: 5m, enabled: true}");
        CrmScheduledTaskStatus on =
                crm.await("off", status -> reason(status, "Preflight").equals("PreflightRunning"));
        assertEquals("PreflightPending", reason(on, "Ready"));
        eventually(2, () -> preflights().size());
    }

    @Test
    void readyReportsWhyThePodOfAPreflightDoesNotStart() {
        Job job = cluster.start(preflight(1));
        cluster.setWaiting(cluster.pod(job), "ImagePullBackOff", "Back-off pulling image");
        CrmScheduledTaskStatus status =
                crm.await(TASK, now -> reason(now, "Preflight").equals("ImagePullFailed"));
        assertTrue(message(status, "Ready").contains("Back-off pulling image. Correct runner.image"));
    }

    @Test
    void repeatsAPreflightWithoutAReport() {
        cluster.endPreflight(preflight(1), "no report");
        CrmScheduledTaskStatus status = crm.await(
                TASK,
                now -> "Unknown".equals(Objects.requireNonNull(now.preflight()).result()));
        assertEquals("ReportMissing", reason(status, "Preflight"));
        assertEquals("PreflightPending", reason(status, "Ready"));
        crm.close();
        makeTheNextPreflightDue();
        crm = crm.restarted(ON);
        eventually(2, () -> preflights().size());
    }

    @Test
    void runsANewPreflightBeforeTheFirstRunAfterAnEdit() {
        cluster.endPreflight(preflight(1), FakeCluster.report(RunResult.SUCCEEDED, null, null));
        crm.await(TASK, ready("True"));
        crm.edit(TASK, "{task: cleanup, interval: 5m, database: other}");
        CrmScheduledTaskStatus status =
                crm.await(TASK, now -> reason(now, "Ready").equals("PreflightPending"));
        assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend(), "no run starts before the preflight ends");
        assertEquals("PreflightRunning", reason(status, "Preflight"));
        cluster.endPreflight(
                named(Objects.requireNonNull(status.preflight()).jobName()),
                FakeCluster.report(RunResult.SUCCEEDED, null, null));
        crm.await(TASK, ready("True"));
        crm.awaitCronJob(TASK, now -> !now.getSpec().getSuspend());
    }

    @Test
    void theScheduleContinuesDuringThePreflightOfANewImage() {
        cluster.endPreflight(preflight(1), FakeCluster.report(RunResult.SUCCEEDED, null, null));
        crm.await(TASK, ready("True"));
        crm.close();
        crm = crm.restarted(Map.of("PREFLIGHT", "true", "RUNNER_IMAGE", "localhost/crm/job-runner:next"));
        cluster = new FakeCluster(crm);
        eventually(2, () -> preflights().size());
        CrmScheduledTaskStatus status =
                crm.await(TASK, now -> reason(now, "Preflight").equals("PreflightRunning"));
        assertTrue(ready("True").test(status));
        assertFalse(crm.cronJob(TASK).get().getSpec().getSuspend());
        String running = Objects.requireNonNull(status.preflight()).jobName();
        cluster.endPreflight(named(running), FakeCluster.report(RunResult.FAILED, "PermissionDenied", "Grant it."));
        crm.await(TASK, now -> reason(now, "Ready").equals("PreflightFailed"));
        crm.awaitCronJob(TASK, now -> now.getSpec().getSuspend());
    }

    @Test
    void anEditOfTheScheduleStartsNoPreflight() {
        cluster.endPreflight(preflight(1), FakeCluster.report(RunResult.SUCCEEDED, null, null));
        crm.await(TASK, ready("True"));
        crm.edit(TASK, "{task: cleanup, interval: 10m}");
        crm.await(TASK, status -> status.observedGeneration() == 2);
        assertEquals(1, preflights().size());
    }

    /** The operator can crash between the writes of CronJob, Job and status. */
    @Test
    void aCrashStartsNoSecondPreflight() {
        String job = preflight(1).getMetadata().getUid();
        crm.close();
        crm.task(TASK)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"remove\",\"path\":\"/status\"}]");
        crm.cronJob(TASK).delete();
        crm = crm.restarted(ON);
        crm.await(TASK, status -> reason(status, "Preflight").equals("PreflightRunning"));
        crm.awaitCronJob(TASK, now -> now.getSpec().getSuspend());
        assertEquals(
                List.of(job),
                preflights().stream().map(now -> now.getMetadata().getUid()).toList());
    }

    @Test
    void aRestartedOperatorWritesNothingForAFailedPreflight() {
        cluster.endPreflight(
                preflight(1), FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        CrmScheduledTaskStatus before = crm.await(TASK, condition("Preflight", "False"));
        crm.close();
        List<String> writes = crm.writes();
        crm = crm.restarted(ON);
        // The new operator has handled the existing task when the preflight of a later task is running.
        crm.create("second", "{task: cleanup, interval: 5m}");
        crm.await("second", status -> reason(status, "Preflight").equals("PreflightRunning"));
        assertEquals(before, crm.task(TASK).get().reportedStatus());
        assertEquals(
                writes,
                crm.writes().stream()
                        .filter(write -> !write.contains("second"))
                        .toList()
                        .subList(0, writes.size()));
    }

    @Test
    void startsARequestedRunDuringThePreflight() {
        crm.task(TASK)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"crmventas.io/run-requested\":\"now\"}}}");
        crm.await(TASK, status -> "now".equals(status.lastHandledRunRequest()));
        eventually(2, () -> crm.jobs().size());
        assertEquals(1, preflights().size());
    }

    /** Makes the next preflight due: the status gets an end of the last preflight that is long ago. */
    private void makeTheNextPreflightDue() {
        crm.task(TASK)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"preflight\":{\"completionTime\":\"2026-01-01T00:00:00Z\"}}}");
    }

    private Job preflight(int attempt) {
        return preflights().stream()
                .filter(job -> attempt == 1 || job.getMetadata().getName().endsWith("-" + attempt))
                .findFirst()
                .orElseThrow();
    }

    private Job named(String name) {
        return preflights().stream()
                .filter(job -> job.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Job> preflights() {
        return crm.jobs().stream()
                .filter(job -> "preflight".equals(job.getMetadata().getLabels().get("crmventas.io/role")))
                .toList();
    }
}
