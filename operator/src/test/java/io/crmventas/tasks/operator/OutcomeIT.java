package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator computes the task's last run from Jobs and pods, on a real API server. */
@ExtendWith(LocalApiServerExtension.class)
class OutcomeIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;
    private FakeCluster cluster;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        cluster = new FakeCluster(crm);
        // No scheduled time of this schedule comes during a test, so no run changes the status.
        crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void reportsAnActiveRunAndItsSuccess() {
        Job job = cluster.scheduledJob(TASK);
        CrmScheduledTaskStatus running = crm.await(TASK, condition("Running", "True"));
        assertEquals(List.of(job.getMetadata().getName()), running.active());
        assertEquals("NoRunYet", reason(running, "LastRunSucceeded"));
        Pod pod = cluster.pod(job);
        cluster.endPod(pod, 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(job);
        CrmScheduledTaskStatus status = crm.await(TASK, lastRun(job));
        Run run = Objects.requireNonNull(status.lastRun());
        assertEquals("Succeeded", run.result());
        assertEquals("Scheduled", run.trigger());
        String scheduledTime = job.getMetadata().getAnnotations().get(FakeCluster.SCHEDULED_TIME);
        assertEquals(OffsetDateTime.parse(scheduledTime).toInstant(), run.scheduledTime());
        assertEquals(Map.of("notificationsDeleted", 12L), run.counts());
        assertEquals(1.5, run.durationSeconds());
        assertEquals(1, run.attempts());
        assertEquals(run.completionTime(), status.lastSuccessTime());
        assertEquals(List.of(), status.active());
        assertEquals(0, status.consecutiveFailures());
        assertTrue(condition("LastRunSucceeded", "True").test(status));
    }

    @Test
    void countsFailuresAndRecovers() {
        for (int failures = 1; failures <= 2; failures++) {
            Job job = failRun(FakeCluster.report(
                    RunResult.FAILED, "DatabaseUnavailable", "The database does not answer: connection refused."));
            CrmScheduledTaskStatus status = crm.await(TASK, lastRun(job));
            assertEquals(failures, status.consecutiveFailures());
            assertEquals("DatabaseUnavailable", status.lastRun().reason());
            assertEquals("connect", status.lastRun().step());
            assertTrue(String.valueOf(status.lastRun().remedy()).startsWith("Check that the database answers"));
            assertTrue(condition("LastRunSucceeded", "False").test(status));
            assertTrue(condition("Ready", "True").test(status), "a failed run does not make a task unready");
        }
        Job job = cluster.scheduledJob(TASK);
        cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.NO_WORK, null, null));
        cluster.completeJob(job);
        CrmScheduledTaskStatus status = crm.await(TASK, lastRun(job));
        assertEquals(0, status.consecutiveFailures());
        assertNotNull(status.lastFailureTime());
        eventually(List.of("CronJobCreated", "RunFailed", "RunRecovered"), this::events);
    }

    @ParameterizedTest
    @CsvSource({
        "137, OOMKilled, BackoffLimitExceeded, Failed, OutOfMemory",
        "1, Error, BackoffLimitExceeded, Failed, Crashed",
        "128, StartError, BackoffLimitExceeded, Failed, StartFailed",
        "143, Error, DeadlineExceeded, Failed, DeadlineExceeded"
    })
    void reportsWhyThereIsNoReport(int exitCode, String podReason, String jobReason, String result, String reason) {
        Job job = cluster.scheduledJob(TASK);
        cluster.endPod(cluster.pod(job), exitCode, podReason, null);
        cluster.failJob(job, jobReason, "a message of Kubernetes");
        assertEnd(job, result, reason);
    }

    @Test
    void reportsAMissingImageWhileTheRunWaitsAndAfterTheDeadline() {
        Job job = cluster.scheduledJob(TASK);
        Pod pod = cluster.pod(job);
        cluster.setWaiting(pod, "ImagePullBackOff", "Back-off pulling image \"x\"");
        CrmScheduledTaskStatus waiting =
                crm.await(TASK, status -> reason(status, "Running").equals("ImagePullFailed"));
        assertTrue(message(waiting, "Running").contains("Back-off pulling image"));
        crm.client().resource(pod).withGracePeriod(0).delete();
        cluster.failJob(job, "DeadlineExceeded", "Job was active longer than specified deadline");
        assertEnd(job, "Failed", "ImagePullFailed");
    }

    @Test
    void reportsAnEviction() {
        Job job = cluster.scheduledJob(TASK);
        cluster.evict(cluster.pod(job));
        cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        assertEnd(job, "Failed", "Evicted");
    }

    @Test
    void reportsAnUnknownResultWithoutPodOrReport() {
        Job lost = cluster.scheduledJob(TASK);
        cluster.failJob(lost, "BackoffLimitExceeded", "a message of Kubernetes");
        assertEnd(lost, "Unknown", "PodLost");
        Job silent = cluster.scheduledJob(TASK);
        cluster.endPod(cluster.pod(silent), 0, "Completed", "not a report");
        cluster.completeJob(silent);
        assertEnd(silent, "Unknown", "ReportMissing");
        assertEquals(0, crm.await(TASK, lastRun(silent)).consecutiveFailures());
    }

    @Test
    void recordsARunWhoseJobAnotherClientDeleted() {
        Job job = cluster.scheduledJob(TASK);
        crm.await(TASK, condition("Running", "True"));
        crm.client().resource(job).delete();
        assertEnd(job, "Unknown", "JobDeleted");
    }

    @Test
    void recordsAResultWhoseJobAndPodAreDeletedAtOnce() {
        Job job = cluster.scheduledJob(TASK);
        Pod pod = cluster.pod(job);
        cluster.endPod(pod, 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(job);
        crm.client().resource(job).withGracePeriod(0).delete();
        crm.client().resource(pod).withGracePeriod(0).delete();
        assertEnd(job, "Succeeded", "Succeeded");
        Job next = cluster.scheduledJob(TASK);
        CrmScheduledTaskStatus status = crm.await(TASK, condition("Running", "True"));
        assertEquals(job.getMetadata().getUid(), status.lastRun().jobUid());
        assertEquals(List.of(next.getMetadata().getName()), status.active());
    }

    @Test
    void recordsAManualRunWithoutCountingItsFailure(LocalApiServer server) {
        server.kubectl("-n", crm.namespace(), "create", "job", "by-hand", "--from=cronjob/" + TASK);
        Job job = cluster.start(crm.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(crm.namespace())
                .withName("by-hand")
                .get());
        cluster.endPod(
                cluster.pod(job), 69, "Error", FakeCluster.report(RunResult.FAILED, "DatabaseUnavailable", "No."));
        cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        CrmScheduledTaskStatus status = crm.await(TASK, lastRun(job));
        assertEquals("Manual", status.lastRun().trigger());
        assertNull(status.lastRun().scheduledTime());
        assertEquals(0, status.consecutiveFailures());
    }

    @Test
    void aRestartedOperatorWritesNothingForAnUnchangedTask() {
        Job job = failRun(FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        CrmScheduledTaskStatus before = crm.await(TASK, lastRun(job));
        crm.close();
        int writes = crm.writesBesideEvents().size();
        crm = crm.restarted();
        // The new operator has handled the existing tasks when a task that is created later is ready.
        crm.create("second", "{task: cleanup, interval: 5m}");
        crm.await("second", ready("True"));
        assertEquals(before, crm.task(TASK).get().reportedStatus());
        List<String> since =
                crm.writesBesideEvents(writes + 2).stream().skip(writes).toList();
        assertEquals(2, since.size(), since::toString);
        assertTrue(since.getFirst().endsWith("/cronjobs"), since::toString);
        assertTrue(since.getLast().contains("/second/status"), since::toString);
    }

    @Test
    void countsRunsThatEndedWhileNoOperatorWasRunning() {
        crm.close();
        failRun(FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        Job second = failRun(FakeCluster.report(RunResult.FAILED, "SchemaMismatch", "Table leads is missing."));
        crm = crm.restarted();
        CrmScheduledTaskStatus status = crm.await(TASK, now -> now.lastRun() != null);
        assertEquals(2, status.consecutiveFailures());
        assertEquals("SchemaMismatch", status.lastRun().reason());
        assertNotNull(second);
    }

    private Job failRun(String report) {
        Job job = cluster.scheduledJob(TASK);
        cluster.endPod(cluster.pod(job), 69, "Error", report);
        cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        return job;
    }

    private void assertEnd(Job job, String result, String reason) {
        Run run = crm.await(TASK, lastRun(job)).lastRun();
        assertEquals(result + " " + reason, run.result() + " " + run.reason(), () -> String.valueOf(run.message()));
        assertTrue("Succeeded".equals(result) || run.remedy() != null);
    }

    private static Predicate<CrmScheduledTaskStatus> lastRun(Job job) {
        return status -> status.lastRun() != null
                && job.getMetadata().getUid().equals(status.lastRun().jobUid());
    }

    private List<String> events() {
        return crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                .sorted(Comparator.comparing(event -> event.getEventTime().getTime()))
                .map(event -> event.getReason())
                .toList();
    }
}
