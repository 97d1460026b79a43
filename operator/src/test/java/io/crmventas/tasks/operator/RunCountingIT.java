package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator records and counts each run once when Jobs are deleted, operators restart or two replicas write. */
@ExtendWith(LocalApiServerExtension.class)
class RunCountingIT {
    private static final String TASK = "cleanup";

    /** No scheduled time comes during a test, so no run changes the status. */
    private static final String SPEC = "{task: cleanup, schedule: '0 0 1 1 *', history: {succeeded: 1, failed: 1}}";

    private OperatorHarness crm;
    private FakeCluster cluster;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        cluster = new FakeCluster(crm);
        crm.create(TASK, SPEC);
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    /** With history limits of 1, Kubernetes deletes each Job when the next one ends. */
    @Test
    void keepsTheHistoryOfDeletedJobs() {
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Job job = runOnce(i % 2 == 0 ? RunResult.SUCCEEDED : RunResult.FAILED);
            newestFirst.addFirst(job.getMetadata().getName());
            crm.client().resource(job).withGracePeriod(0).delete();
        }
        CrmScheduledTaskStatus status = awaitCounted(4);
        assertEquals(newestFirst, jobs(status));
        assertEquals(2, status.counters().failed());
        crm.close();
        crm = crm.restarted();
        crm.create("second", "{task: cleanup, interval: 5m}");
        crm.await("second", ready("True"));
        assertEquals(status, crm.task(TASK).get().reportedStatus());
    }

    @Test
    void countsTheRunsThatEndedDuringARestartOnce() {
        runOnce(RunResult.SUCCEEDED);
        awaitCounted(1);
        crm.close();
        runOnce(RunResult.FAILED);
        runOnce(RunResult.SUCCEEDED);
        crm = crm.restarted();
        CrmScheduledTaskStatus status = awaitCounted(3);
        assertEquals(new Counters(3, 2, 1, 0, 0), status.counters());
        assertEquals(0, status.consecutiveFailures());
        assertEquals(3, jobs(status).size());
    }

    /** Kubernetes keeps one successful Job here. It deletes the earlier one when another one succeeds. */
    @Test
    void recordsARunWhoseJobWasDeletedWhileNoOperatorWasRunning() {
        Instant scheduledTime = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(5));
        Job deleted = cluster.scheduledJob(TASK, scheduledTime);
        String name = deleted.getMetadata().getName();
        crm.await(TASK, status -> List.of(name).equals(status.active()));
        crm.close();
        client().resource(deleted).withGracePeriod(0).delete();
        Job next = runOnce(RunResult.SUCCEEDED);
        crm = crm.restarted();
        CrmScheduledTaskStatus status = awaitCounted(2);
        assertEquals(List.of(), status.active());
        assertEquals(List.of(next.getMetadata().getName(), name), jobs(status));
        RunEntry unknown = status.history().getLast();
        assertEquals("Unknown JobDeleted", unknown.result() + " " + unknown.reason());
        assertEquals(scheduledTime, unknown.scheduledTime());
        assertEquals("Scheduled", unknown.trigger());
        runOnce(RunResult.SUCCEEDED);
        CrmScheduledTaskStatus later = awaitCounted(3);
        assertEquals("Unknown", later.history().getLast().result(), "a later run does not change an unknown result");
        assertEquals(new Counters(3, 2, 0, 0, 0), later.counters());
    }

    /** The cache of a new leader can be older than the status that the previous leader wrote. */
    @Test
    void aRunWhoseJobIsMissingFromTheCacheStaysActive() {
        Job job = cluster.scheduledJob(TASK);
        String name = job.getMetadata().getName();
        crm.await(TASK, status -> List.of(name).equals(status.active()));
        crm.close();
        client().resource(job)
                .edit(now -> new JobBuilder(now)
                        .editMetadata()
                        .removeFromLabels(TaskLabels.MANAGED_BY)
                        .endMetadata()
                        .build());
        runOnce(RunResult.SUCCEEDED);
        crm = crm.restarted();
        assertEquals(List.of(name), awaitCounted(1).active());
        client().resource(job).withGracePeriod(0).delete();
        assertEquals(List.of(), awaitCounted(2).active());
    }

    /** The watch selects Jobs by this label, so the operator has to ask the API server for the end of this Job. */
    @Test
    void recordsTheEndOfAJobThatLostItsLabel() {
        Job job = cluster.scheduledJob(TASK);
        String name = job.getMetadata().getName();
        crm.await(TASK, status -> List.of(name).equals(status.active()));
        Job unlabelled = client().resource(job)
                .edit(now -> new JobBuilder(now)
                        .editMetadata()
                        .removeFromLabels(TaskLabels.MANAGED_BY)
                        .endMetadata()
                        .build());
        cluster.endPod(cluster.pod(unlabelled), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(unlabelled);
        CrmScheduledTaskStatus status = awaitCounted(1);
        assertEquals(List.of(), status.active());
        assertEquals(List.of(name), jobs(status));
    }

    private KubernetesClient client() {
        return crm.client();
    }

    /** Two replicas can lead for a few seconds in spite of the lease. They must not count a run twice. */
    @Test
    void twoReplicasThatBothWriteCountEachRunOnce() {
        try (OperatorHarness other = crm.restarted()) {
            for (int i = 0; i < 5; i++) {
                runOnce(i % 2 == 0 ? RunResult.FAILED : RunResult.SUCCEEDED);
            }
            other.await(TASK, status -> status.history().size() == 5);
        }
        CrmScheduledTaskStatus status = awaitCounted(5);
        assertEquals(2, status.counters().succeeded());
        assertEquals(3, status.counters().failed());
        assertEquals(1, status.consecutiveFailures());
    }

    private CrmScheduledTaskStatus awaitCounted(long runs) {
        return crm.await(
                TASK, status -> status.counters() != null && status.counters().runs() == runs);
    }

    private Job runOnce(RunResult result) {
        Job job = cluster.scheduledJob(TASK);
        Pod pod = cluster.pod(job);
        if (result.success()) {
            cluster.endPod(pod, 0, "Completed", FakeCluster.report(result, null, null));
            cluster.completeJob(job);
        } else {
            cluster.endPod(pod, 69, "Error", FakeCluster.report(result, "DatabaseUnavailable", "No."));
            cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        }
        return job;
    }

    private static List<String> jobs(CrmScheduledTaskStatus status) {
        return status.history().stream().map(RunEntry::jobName).toList();
    }
}
