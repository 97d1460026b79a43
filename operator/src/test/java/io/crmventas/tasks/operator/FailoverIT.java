package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.OperatorProcess;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test freezes, continues and kills the leader, and another replica leads. A second test lets two replicas write.
 */
@ExtendWith(LocalApiServerExtension.class)
class FailoverIT {
    private static final Duration MAX_FAILOVER = Duration.ofSeconds(20);
    private static final String TASK = "cleanup";
    private static final String REQUEST = "crmventas.io/run-requested";
    private static final int TASKS = 10;
    private static final int ROUNDS = 3;

    private final List<OperatorProcess> replicas = new ArrayList<>();

    @AfterEach
    void killReplicas() {
        replicas.forEach(OperatorProcess::close);
    }

    @Test
    void anotherReplicaLeadsAndTheFrozenLeaderOverwritesNothing(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            FakeCluster cluster = new FakeCluster(crm);
            OperatorProcess frozen = replica(server, crm, "frozen");
            frozen.awaitLeading(crm, Duration.ofMinutes(1));
            crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
            crm.await(TASK, ready("True"));
            runOnce(cluster, TASK);
            awaitCounted(crm, 1);
            OperatorProcess killed = replica(server, crm, "killed");

            frozen.signal("STOP");
            // The frozen leader receives these events from its watch when it continues.
            runOnce(cluster, TASK);
            runOnce(cluster, TASK);
            Duration afterFreeze = killed.awaitLeading(crm, Duration.ofMinutes(1));
            OperatorProcess last = replica(server, crm, "last");
            CrmScheduledTaskStatus status = awaitCounted(crm, 3);
            frozen.signal("CONT");
            assertEquals(1, frozen.awaitEnd(Duration.ofSeconds(20)), "a replica that lost its lease exits");
            assertEquals(status, crm.task(TASK).get().reportedStatus());
            assertEquals(new Counters(3, 3, 0, 0, 0), status.counters());

            killed.signal("KILL");
            Duration afterKill = last.awaitLeading(crm, Duration.ofMinutes(1));
            runOnce(cluster, TASK);
            awaitCounted(crm, 4);
            System.out.printf(
                    "Another replica leads %.1f s after a freeze and %.1f s after kill -9%n",
                    afterFreeze.toMillis() / 1000.0, afterKill.toMillis() / 1000.0);
            assertTrue(afterKill.compareTo(MAX_FAILOVER) <= 0, afterKill::toString);
        }
    }

    /**
     * When a person empties the lease, two replicas can write for up to 2 s, until the old leader reads its lease. In
     * this test two replicas write all the time.
     */
    @Test
    void twoReplicasThatBothWriteReachTheSameState(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of());
                OperatorHarness _ = crm.restarted(Map.of())) {
            FakeCluster cluster = new FakeCluster(crm);
            names().forEach(name -> crm.create(name, "{task: cleanup, interval: 8000h}"));
            names().forEach(name -> crm.await(name, ready("True")));
            for (int round = 1; round <= ROUNDS; round++) {
                int edit = round;
                names().forEach(name -> {
                    crm.edit(name, "{task: cleanup, interval: " + (8000 + edit) + "h}");
                    crm.annotate(name, REQUEST, "round-" + edit);
                    runOnce(cluster, name);
                });
            }
            names().forEach(name -> crm.annotate(name, "crmventas.io/paused", "true"));

            Counters counters = new Counters(ROUNDS, ROUNDS, 0, 0, 0);
            names().forEach(name -> crm.await(
                    name,
                    status -> counters.equals(status.counters())
                            && ("round-" + ROUNDS).equals(status.lastHandledRunRequest())
                            && condition("Suspended", "True").test(status)));
            String expected = "@every " + (8000 + ROUNDS) + "h0m0s, suspended: true";
            eventually(Collections.nCopies(TASKS, expected), () -> cronJobs(crm));
            assertEquals(
                    Map.of("round-1", (long) TASKS, "round-2", (long) TASKS, "round-3", (long) TASKS),
                    requested(crm).collect(groupingBy(token -> token, counting())),
                    "each request starts one Job");
            assertTrue(
                    refusedStatuses(server, crm) > 0, "the two replicas never wrote the same status at the same time");
        }
    }

    private static List<String> cronJobs(OperatorHarness crm) {
        return crm.client().batch().v1().cronjobs().inNamespace(crm.namespace()).list().getItems().stream()
                .map(CronJob::getSpec)
                .map(spec -> spec.getSchedule() + ", suspended: " + spec.getSuspend())
                .toList();
    }

    /** Returns the tokens of the requested Jobs. */
    private static Stream<String> requested(OperatorHarness crm) {
        return crm.jobs().stream()
                .map(job -> job.getMetadata().getAnnotations().get(REQUEST))
                .filter(Objects::nonNull);
    }

    /** Counts the statuses that the API server refused because the other replica had written in between. */
    private static long refusedStatuses(LocalApiServer server, OperatorHarness crm) {
        String statuses = "/namespaces/" + crm.namespace() + "/crmscheduledtasks/";
        return server.auditLog().stream()
                .filter(line -> line.contains(statuses) && line.contains("\"code\":409"))
                .count();
    }

    private static Stream<String> names() {
        return IntStream.range(0, TASKS).mapToObj(number -> "task-" + number);
    }

    private OperatorProcess replica(LocalApiServer server, OperatorHarness crm, String identity) {
        OperatorProcess replica = OperatorProcess.start(server, crm, identity);
        replicas.add(replica);
        return replica;
    }

    private static void runOnce(FakeCluster cluster, String task) {
        Job job = cluster.scheduledJob(task);
        cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(job);
    }

    private static CrmScheduledTaskStatus awaitCounted(OperatorHarness crm, long runs) {
        eventually(true, () -> {
            CrmScheduledTaskStatus status = crm.task(TASK).get().reportedStatus();
            return status != null
                    && status.counters() != null
                    && status.counters().runs() == runs;
        });
        return crm.task(TASK).get().reportedStatus();
    }
}
