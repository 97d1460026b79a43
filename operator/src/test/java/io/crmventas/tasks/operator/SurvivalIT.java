package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

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

/** No run is lost and none counted twice, whatever goes away. */
@ExtendWith(LocalApiServerExtension.class)
class SurvivalIT {
    private static final String TASK = "cleanup";

    /** Of a rare schedule: a slot that comes during a test rightly changes the status. */
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

    /** As with history limits of 1: each Job goes when the next one ends. */
    @Test
    void keepsTheHistoryOfJobsThatAreLongGone() {
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Job job = ends(i % 2 == 0 ? RunResult.SUCCEEDED : RunResult.FAILED);
            newestFirst.addFirst(job.getMetadata().getName());
            crm.client().resource(job).withGracePeriod(0).delete();
        }
        CrmScheduledTaskStatus status = counted(4);
        assertEquals(newestFirst, jobs(status));
        assertEquals(2, status.counters().failed());
        crm.close();
        crm = crm.restarted();
        crm.create("second", "{task: cleanup, interval: 5m}");
        crm.await("second", ready("True"));
        assertEquals(status, crm.task(TASK).get().reportedStatus());
    }

    @Test
    void countsAfterARestartWhatEndedMeanwhileAndNothingElse() {
        ends(RunResult.SUCCEEDED);
        counted(1);
        crm.close();
        ends(RunResult.FAILED);
        ends(RunResult.SUCCEEDED);
        crm = crm.restarted();
        CrmScheduledTaskStatus status = counted(3);
        assertEquals(new Counters(3, 2, 1, 0, 0), status.counters());
        assertEquals(0, status.consecutiveFailures());
        assertEquals(3, jobs(status).size());
    }

    /** Kubernetes keeps one Job that succeeded: it takes the one before when another has. */
    @Test
    void tellsOfARunThatWentWhileNoOperatorLooked() {
        Instant slot = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(5));
        Job gone = cluster.scheduledJob(TASK, slot);
        String name = gone.getMetadata().getName();
        crm.await(TASK, status -> List.of(name).equals(status.active()));
        crm.close();
        client().resource(gone).withGracePeriod(0).delete();
        Job next = ends(RunResult.SUCCEEDED);
        crm = crm.restarted();
        CrmScheduledTaskStatus status = counted(2);
        assertNull(status.active());
        assertEquals(List.of(next.getMetadata().getName(), name), jobs(status));
        RunEntry vanished = status.history().getLast();
        assertEquals("Unknown JobDeleted", vanished.result() + " " + vanished.reason());
        assertEquals(slot.toString(), vanished.scheduledTime());
        assertEquals("Scheduled", vanished.trigger());
        ends(RunResult.SUCCEEDED);
        CrmScheduledTaskStatus later = counted(3);
        assertEquals("Unknown", later.history().getLast().result(), "no later run changes what is not known");
        assertEquals(new Counters(3, 2, 0, 0, 0), later.counters());
    }

    /** As when a new leader's cache is behind the status that the old one wrote. */
    @Test
    void aRunWhoseJobIsThereIsNotGoneThoughTheCacheDoesNotKnowIt() {
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
        ends(RunResult.SUCCEEDED);
        crm = crm.restarted();
        assertEquals(List.of(name), counted(1).active());
        client().resource(job).withGracePeriod(0).delete();
        assertNull(counted(2).active());
    }

    /** The watch selects by the label, so the operator finds the end of this Job only when it asks the API server. */
    @Test
    void aFinishedJobThatLostItsLabelIsNotActiveForEver() {
        Job job = cluster.scheduledJob(TASK);
        String name = job.getMetadata().getName();
        crm.await(TASK, status -> List.of(name).equals(status.active()));
        Job unlabelled = client().resource(job)
                .edit(now -> new JobBuilder(now)
                        .editMetadata()
                        .removeFromLabels(TaskLabels.MANAGED_BY)
                        .endMetadata()
                        .build());
        cluster.ends(cluster.pod(unlabelled), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completes(unlabelled);
        CrmScheduledTaskStatus status = counted(1);
        assertNull(status.active());
        assertEquals(List.of(name), jobs(status));
    }

    private KubernetesClient client() {
        return crm.client();
    }

    /** It cannot last, for a lease stands against it; but while it does, it must do no harm. */
    @Test
    void twoReplicasAtOnceCountEachRunOnce() {
        try (OperatorHarness other = crm.restarted()) {
            for (int i = 0; i < 5; i++) {
                ends(i % 2 == 0 ? RunResult.FAILED : RunResult.SUCCEEDED);
            }
            other.await(
                    TASK, status -> status.history() != null && status.history().size() == 5);
        }
        CrmScheduledTaskStatus status = counted(5);
        assertEquals(2, status.counters().succeeded());
        assertEquals(3, status.counters().failed());
        assertEquals(1, status.consecutiveFailures());
    }

    private CrmScheduledTaskStatus counted(long runs) {
        return crm.await(
                TASK, status -> status.counters() != null && status.counters().runs() == runs);
    }

    private Job ends(RunResult result) {
        Job job = cluster.scheduledJob(TASK);
        Pod pod = cluster.pod(job);
        if (result.success()) {
            cluster.ends(pod, 0, "Completed", FakeCluster.report(result, null, null));
            cluster.completes(job);
        } else {
            cluster.ends(pod, 69, "Error", FakeCluster.report(result, "DatabaseUnavailable", "No."));
            cluster.fails(job, "BackoffLimitExceeded", "as Kubernetes says");
        }
        return job;
    }

    private static List<String> jobs(CrmScheduledTaskStatus status) {
        return status.history().stream().map(RunEntry::jobName).toList();
    }
}
