package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
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
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The circuit breaker suspends a task that failed too often, starts trial runs, and resumes the task after a success.
 */
@ExtendWith(LocalApiServerExtension.class)
class BreakerIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;
    private FakeCluster cluster;

    @BeforeEach
    void failTwice(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        cluster = new FakeCluster(crm);
        crm.create(TASK, "{task: cleanup, interval: 5m, pauseAfterFailures: 2}");
        crm.await(TASK, ready("True"));
        failRun(cluster.scheduledJob(TASK));
        crm.await(TASK, status -> status.consecutiveFailures() == 1);
        assertFalse(crm.cronJob(TASK).get().getSpec().getSuspend());
        failRun(cluster.scheduledJob(TASK));
        CrmScheduledTaskStatus open = crm.await(TASK, status -> status.breaker() != null);
        assertEquals("BreakerOpen", reason(open, "Suspended"));
        assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend());
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void closesAfterASuccessfulTrialRun() {
        makeTheNextTrialRunDue();
        CrmScheduledTaskStatus waiting =
                crm.await(TASK, status -> status.breaker().trialRuns() == 1);
        assertTrue(waiting.breaker().nextTrialTime().compareTo(waiting.breaker().openedTime()) > 0);
        Job first = trialRuns().getFirst();
        failRun(cluster.start(first));
        crm.await(TASK, status -> status.counters().runs() == 3);

        makeTheNextTrialRunDue();
        crm.await(TASK, status -> status.breaker().trialRuns() == 2);
        Job second = cluster.start(trialRuns().stream()
                .filter(job ->
                        !job.getMetadata().getName().equals(first.getMetadata().getName()))
                .findFirst()
                .orElseThrow());
        cluster.endPod(cluster.pod(second), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(second);
        CrmScheduledTaskStatus closed = crm.await(TASK, condition("Suspended", "False"));
        assertNull(closed.breaker());
        assertTrue(historyHas(closed, "Trial", "Succeeded"));
        assertEquals(0, closed.consecutiveFailures());
        assertFalse(crm.cronJob(TASK).get().getSpec().getSuspend());
        eventually(List.of("BreakerOpened", "TrialStarted", "TrialStarted", "BreakerClosed"), this::events);
    }

    /** The operator can crash after it created the Job and before it wrote the status. */
    @Test
    void aCrashStartsNoSecondTrialRun() {
        CrmScheduledTaskStatus open = crm.task(TASK).get().reportedStatus();
        makeTheNextTrialRunDue();
        crm.await(TASK, status -> status.breaker().trialRuns() == 1);
        String uid = trialRuns().getFirst().getMetadata().getUid();
        crm.close();
        patch("[{\"op\":\"replace\",\"path\":\"/status/breaker\",\"value\":{\"openedTime\":\""
                + open.breaker().openedTime() + "\",\"trialRuns\":0,\"nextTrialTime\":\"2026-01-01T00:00:00Z\"}}]");
        crm = crm.restarted();
        cluster = new FakeCluster(crm);
        failRun(cluster.start(trialRuns().getFirst()));
        crm.await(
                TASK,
                status -> status.breaker().trialRuns() == 1 && status.counters().runs() == 3);
        assertEquals(
                List.of(uid),
                trialRuns().stream().map(job -> job.getMetadata().getUid()).toList());
    }

    @Test
    void closesOnAResumeRequest() {
        crm.annotate(TASK, "crmventas.io/resume-requested", "monday");
        CrmScheduledTaskStatus closed = crm.await(TASK, condition("Suspended", "False"));
        assertEquals(0, closed.consecutiveFailures());
        failRun(cluster.scheduledJob(TASK));
        crm.await(TASK, status -> status.consecutiveFailures() == 1);
        failRun(cluster.scheduledJob(TASK));
        crm.await(TASK, status -> status.breaker() != null);
        assertEquals(List.of(), trialRuns());
    }

    private static boolean historyHas(CrmScheduledTaskStatus status, String trigger, String result) {
        return status.history().stream().anyMatch(run -> trigger.equals(run.trigger()) && result.equals(run.result()));
    }

    /** The operator reconciles after each write of a status that is not its own. */
    private void makeTheNextTrialRunDue() {
        patch("[{\"op\":\"replace\",\"path\":\"/status/breaker/nextTrialTime\",\"value\":\"2026-01-01T00:00:00Z\"}]");
    }

    private void patch(String status) {
        crm.task(TASK).subresource("status").patch(PatchContext.of(PatchType.JSON), status);
    }

    private void failRun(Job job) {
        cluster.endPod(
                cluster.pod(job), 69, "Error", FakeCluster.report(RunResult.FAILED, "DatabaseUnavailable", "No."));
        cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
    }

    private List<Job> trialRuns() {
        return crm.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(crm.namespace())
                .withLabel("crmventas.io/trigger", "Trial")
                .list()
                .getItems();
    }

    private List<String> events() {
        return crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                .filter(event -> Objects.requireNonNull(event.getReason()).matches("Breaker.*|Trial.*"))
                .sorted((one, other) -> one.getEventTime()
                        .getTime()
                        .compareTo(other.getEventTime().getTime()))
                .map(event -> event.getReason())
                .toList();
    }
}
