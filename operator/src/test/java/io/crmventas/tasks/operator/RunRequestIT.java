package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An annotation requests a run. */
@ExtendWith(LocalApiServerExtension.class)
class RunRequestIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        crm.create(TASK, "{task: cleanup, interval: 5m, enabled: false}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void runsATokenOnceWhileTheTaskIsSuspended() {
        request("monday");
        awaitHandled("monday");
        Job job = crm.jobs().getFirst();
        OwnerReference owner = job.getMetadata().getOwnerReferences().getFirst();
        assertEquals("CrmScheduledTask", owner.getKind());
        assertNull(owner.getController(), "the CronJob controller would adopt it");
        assertEquals(List.of("run", "cleanup"), arguments(job));

        crm.close();
        crm = crm.restarted();
        crm.edit(TASK, "{task: cleanup, interval: 10m, enabled: false}");
        crm.await(TASK, status -> status.observedGeneration() == 2);
        assertEquals(1, crm.jobs().size());

        request("tuesday");
        awaitHandled("tuesday");
        assertEquals(2, crm.jobs().size());
    }

    @Test
    void reportsARequestedRunAsManual() {
        request("monday");
        awaitHandled("monday");
        FakeCluster cluster = new FakeCluster(crm);
        Job job = cluster.start(crm.jobs().getFirst());
        cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(job);
        CrmScheduledTaskStatus status = crm.await(TASK, condition("LastRunSucceeded", "True"));
        assertEquals("Manual", status.lastRun().trigger());
        assertEquals(job.getMetadata().getName(), status.lastRun().jobName());
    }

    @Test
    void aDryRunThatLeavesNoReportIsNoFailedRun() {
        requestDryRun("monday");
        awaitHandledDryRun("monday");
        FakeCluster cluster = new FakeCluster(crm);
        Job job = cluster.start(crm.jobs().getFirst());
        assertEquals(List.of("run", "cleanup", "--dry-run"), arguments(job));
        cluster.endPod(cluster.pod(job), 137, "OOMKilled", "");
        cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        CrmScheduledTaskStatus status = crm.await(TASK, now -> now.lastDryRun() != null);
        assertEquals("OutOfMemory", status.lastDryRun().reason());
        assertIsNotTheLastRun(status);
    }

    @Test
    void aDryRunWhoseJobIsDeletedWithoutAnOperatorIsNoRun() {
        requestDryRun("monday");
        awaitHandledDryRun("monday");
        Job job = new FakeCluster(crm).start(crm.jobs().getFirst());
        crm.await(TASK, now -> !now.active().isEmpty());
        crm.close();
        crm.client().resource(job).delete();
        eventually(List.of(), crm::jobs);
        crm = crm.restarted();
        CrmScheduledTaskStatus status = crm.await(TASK, now -> now.lastDryRun() != null);
        assertEquals("JobDeleted", status.lastDryRun().reason());
        assertIsNotTheLastRun(status);
    }

    private static void assertIsNotTheLastRun(CrmScheduledTaskStatus status) {
        assertNull(status.lastRun());
        assertNull(status.lastFailureTime());
        assertEquals(List.of(), status.history());
        assertEquals(Counters.ZERO, status.counters());
    }

    /** The operator can crash after it created the Job and before it wrote the status. */
    @Test
    void aCrashStartsNoSecondJob() {
        request("monday");
        awaitHandled("monday");
        String job = crm.jobs().getFirst().getMetadata().getUid();
        crm.close();
        crm.task(TASK)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\":\"remove\",\"path\":\"/status/lastHandledRunRequest\"},"
                                + "{\"op\":\"remove\",\"path\":\"/status/runRequests\"}]");
        crm = crm.restarted();
        awaitHandled("monday");
        assertEquals(
                List.of(job),
                crm.jobs().stream().map(now -> now.getMetadata().getUid()).toList());
    }

    /** GitOps can revert the annotation, and a client can repeat a request, after the Job is deleted. */
    @Test
    void doesNotRunAnEarlierTokenAgain() {
        request("monday");
        awaitHandled("monday");
        request("tuesday");
        awaitHandled("tuesday");
        crm.client().batch().v1().jobs().inNamespace(crm.namespace()).delete();
        eventually(List.of(), crm::jobs);
        request("monday");
        awaitHandled("monday");
        assertEquals(List.of(), crm.jobs());
        request("tuesday");
        awaitHandled("tuesday");
        assertEquals(List.of(), crm.jobs());
        assertEquals(
                List.of("tuesday", "monday"),
                requests().stream().map(HandledRequest::token).toList());
    }

    @Test
    void reportsTheOutcomeOfEachRequest() {
        requestDryRun("monday");
        awaitHandledDryRun("monday");
        request("x".repeat(254));
        awaitHandled("x".repeat(254));
        HandledRequest refused = requests().getFirst();
        assertEquals("x".repeat(252) + "…", refused.token());
        assertEquals("InvalidToken", refused.reason());
        assertTrue(refused.message().contains("crmventas.io/run-requested is longer than 253"), refused.message());
        assertNull(refused.jobName());
        HandledRequest started = requests().getLast();
        assertEquals(crm.jobs().getFirst().getMetadata().getName(), started.jobName());
        assertEquals(true, started.dryRun());
        assertNull(started.reason());
    }

    @Test
    void reportsThatKubernetesRefusedTheJob() {
        // The API server creates no Job in a namespace that is being deleted. The namespace stays, because no
        // controller deletes it in this test.
        crm.client().namespaces().withName(crm.namespace()).delete();
        request("monday");
        awaitHandled("monday");
        HandledRequest refused = requests().getFirst();
        assertEquals("JobRejected", refused.reason());
        assertTrue(refused.message().contains("being terminated"), refused.message());
        assertNull(refused.jobName());
    }

    @Test
    void startsADryRunAndARealRunForTheSameToken() {
        requestDryRun("monday");
        awaitHandledDryRun("monday");
        request("monday");
        awaitHandled("monday");
        assertEquals(
                Set.of(List.of("run", "cleanup"), List.of("run", "cleanup", "--dry-run")),
                crm.jobs().stream().map(RunRequestIT::arguments).collect(Collectors.toSet()));
        assertEquals(2, crm.jobs().size());
    }

    @Test
    void reportsARefusalAsAnEvent() {
        request("x".repeat(254));
        awaitHandled("x".repeat(254));
        assertEquals(List.of(), crm.jobs());
        eventually(
                true,
                () -> crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                        .anyMatch(event -> "RunRefused".equals(event.getReason())
                                && event.getNote().contains("longer than 253")));
        assertTrue(crm.jobs().isEmpty());
    }

    private List<HandledRequest> requests() {
        return crm.task(TASK).get().getStatus().runRequests();
    }

    private void awaitHandled(String token) {
        crm.await(TASK, status -> token.equals(status.lastHandledRunRequest()));
    }

    private void awaitHandledDryRun(String token) {
        crm.await(TASK, status -> token.equals(status.lastHandledDryRunRequest()));
    }

    private void request(String token) {
        annotate("crmventas.io/run-requested", token);
    }

    private void requestDryRun(String token) {
        annotate("crmventas.io/dry-run-requested", token);
    }

    private void annotate(String annotation, String token) {
        crm.task(TASK)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"" + annotation + "\":\"" + token + "\"}}}");
    }

    private static List<String> arguments(Job job) {
        return job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    }
}
