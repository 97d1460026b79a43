package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator keeps one CronJob for each task, on a real API server. */
@ExtendWith(LocalApiServerExtension.class)
class CronJobIT {
    private static final String EVERY_FIVE = "{task: cleanup, interval: 5m}";

    /** No scheduled time comes during a test, so no run changes the status. */
    private static final String YEARLY = "{task: cleanup, schedule: '0 0 1 1 *'}";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void createsOneOwnedCronJob() {
        CrmScheduledTask task = crm.create("cleanup", EVERY_FIVE);
        CrmScheduledTaskStatus status = crm.await("cleanup", ready("True"));
        assertEquals(1L, status.observedGeneration());
        assertEquals("cleanup", status.cronJobName());
        List<CronJob> cronJobs = crm.client()
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(crm.namespace())
                .list()
                .getItems();
        assertEquals(1, cronJobs.size());
        OwnerReference owner =
                cronJobs.getFirst().getMetadata().getOwnerReferences().getFirst();
        assertEquals(task.getMetadata().getUid(), owner.getUid());
        assertTrue(owner.getController());
        assertTrue(owner.getBlockOwnerDeletion());
        assertEquals(status.schedule(), cronJobs.getFirst().getSpec().getSchedule());
    }

    @Test
    void shardsMakeTheJobIndexedAndOneShardMakesItPlain() {
        crm.create("cleanup", "{task: cleanup, interval: 5m, shards: 3}");
        crm.await("cleanup", ready("True"));
        JobSpec sharded = jobSpec("cleanup");
        assertEquals("Indexed", sharded.getCompletionMode());
        assertEquals(3, sharded.getCompletions());
        assertEquals(2, sharded.getBackoffLimitPerIndex());
        crm.edit("cleanup", EVERY_FIVE);
        crm.awaitCronJob(
                "cleanup", now -> now.getSpec().getJobTemplate().getSpec().getCompletions() == 1);
        JobSpec whole = jobSpec("cleanup");
        assertEquals("NonIndexed", whole.getCompletionMode());
        assertNull(whole.getBackoffLimitPerIndex());
        assertEquals(2, whole.getBackoffLimit());
    }

    /** A task's name has 52 characters at most. The CronJob controller adds 9 to it for the name of a Job. */
    @ParameterizedTest
    @CsvSource({
        "crm.ventas.cleanup-of-the-old-notifications-eur.west, 1",
        "crm-ventas-cleanup-of-the-old-notifications-eu-west1, 10"
    })
    void tasksWithTheLongestNamesStartRunsAndPreflights(String name, int shards) {
        try (OperatorHarness restarted = crm.restarted(Map.of("PREFLIGHT", "true"))) {
            restarted.create(name, "{task: cleanup, interval: 5m, shards: " + shards + "}");
            restarted.await(name, status -> reason(status, "Preflight").equals("PreflightRunning"));
            eventually(
                    1,
                    () -> restarted
                            .client()
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(restarted.namespace())
                            .list()
                            .getItems()
                            .size());
            Job job = new FakeCluster(restarted).scheduledJob(name);
            assertEquals(61, job.getMetadata().getName().length());
            restarted.await(name, condition("Running", "True"));
        }
    }

    private JobSpec jobSpec(String name) {
        return crm.cronJob(name).get().getSpec().getJobTemplate().getSpec();
    }

    @Test
    void appliesAnEditToTheCronJob() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        crm.edit("cleanup", "{task: cleanup, schedule: '0 8 * * *', timeZone: America/Argentina/Buenos_Aires}");
        CronJob cronJob = crm.awaitCronJob(
                "cleanup", now -> "0 8 * * *".equals(now.getSpec().getSchedule()));
        assertEquals("America/Argentina/Buenos_Aires", cronJob.getSpec().getTimeZone());
        CrmScheduledTaskStatus status = crm.await("cleanup", now -> Objects.equals(now.observedGeneration(), 2L));
        assertEquals("0 8 * * *", status.schedule());
    }

    @Test
    void disablingSuspendsTheCronJobAndEnablingResumesIt() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", now -> now.nextRunTime() != null);
        crm.edit("cleanup", "{task: cleanup, interval: 5m, enabled: false}");
        crm.awaitCronJob("cleanup", now -> now.getSpec().getSuspend());
        CrmScheduledTaskStatus disabled = crm.await("cleanup", condition("Suspended", "True"));
        assertNull(disabled.nextRunTime());
        assertEquals("Disabled", reason(disabled, "Suspended"));
        crm.edit("cleanup", "{task: cleanup, interval: 5m, enabled: true}");
        crm.awaitCronJob("cleanup", now -> !now.getSpec().getSuspend());
        crm.await("cleanup", condition("Suspended", "False"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "every-7m; {task: cleanup, interval: 7m}; @every 7m",
                "every-90m; {task: cleanup, interval: 90m}; @every 1h30m",
                "every-5m; {task: cleanup, schedule: '@every 5m'}; @every 5m",
                "hourly; {task: cleanup, schedule: '@hourly'}; @hourly",
                "zoned; {task: cleanup, schedule: '30 2 * * 1-5', timeZone: Europe/Madrid}; 30 2 * * 1-5"
            })
    void writesSchedulesThatKubernetesAccepts(String name, String spec, String schedule) {
        crm.create(name, spec);
        CrmScheduledTaskStatus status = crm.await(name, now -> now.nextRunTime() != null);
        assertTrue(String.valueOf(status.schedule()).startsWith(schedule), status::schedule);
        assertNull(crm.cronJob(name).get().getSpec().getStartingDeadlineSeconds());
    }

    @Test
    void appliesTheLastOfManyQuickEdits() {
        crm.create("cleanup", EVERY_FIVE);
        for (int minutes = 10; minutes <= 19; minutes++) {
            crm.edit("cleanup", "{task: cleanup, interval: " + minutes + "m}");
        }
        crm.await("cleanup", now -> Objects.equals(now.observedGeneration(), 11L));
        crm.awaitCronJob("cleanup", now -> now.getSpec().getSchedule().startsWith("@every 19m"));
        assertEquals(
                "True",
                crm.task("cleanup")
                        .get()
                        .reportedStatus()
                        .conditions()
                        .getFirst()
                        .status());
    }

    @Test
    void suspendsTheOldScheduleWhenTheNewOneIsInvalid() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        crm.edit("cleanup", "{task: cleanup, schedule: '0 99 * * *'}");
        CrmScheduledTaskStatus status = crm.await("cleanup", ready("False"));
        assertEquals("InvalidSchedule", reason(status, "Ready"));
        assertTrue(message(status, "Ready").contains("spec.schedule"), message(status, "Ready"));
        assertTrue(message(status, "Ready").contains("is suspended"), message(status, "Ready"));
        assertTrue(crm.cronJob("cleanup").get().getSpec().getSuspend());
        crm.edit("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        crm.awaitCronJob("cleanup", now -> !now.getSpec().getSuspend());
    }

    @Test
    void createsNoCronJobForAnUnknownTimeZone() {
        crm.create("cleanup", "{task: cleanup, schedule: '0 8 * * *', timeZone: Mars/Olympus}");
        CrmScheduledTaskStatus status = crm.await("cleanup", ready("False"));
        assertTrue(message(status, "Ready").contains("spec.timeZone"), message(status, "Ready"));
        assertNull(crm.cronJob("cleanup").get());
    }

    @Test
    void writesNothingForAnUnchangedTask(LocalApiServer server) {
        crm.create("cleanup", YEARLY);
        crm.await("cleanup", ready("True"));
        List<String> first = crm.writesBesideEvents(2);
        assertEquals(2, first.size(), first::toString);
        // Another client's annotation causes an event of the CronJob's watch. The operator then reconciles the task.
        crm.cronJob("cleanup")
                .edit(cronJob -> new CronJobBuilder(cronJob)
                        .editMetadata()
                        .addToAnnotations("example.com/touched", "yes")
                        .endMetadata()
                        .build());
        // The operator has handled that event when a second task, created after it, is ready.
        crm.create("second", YEARLY);
        crm.await("second", ready("True"));
        List<String> since =
                crm.writesBesideEvents(4).stream().skip(first.size()).toList();
        assertEquals(2, since.size(), since::toString);
        assertTrue(since.getFirst().endsWith("/cronjobs"), since::toString);
        assertTrue(since.getLast().contains("/second/status"), since::toString);
    }
}
