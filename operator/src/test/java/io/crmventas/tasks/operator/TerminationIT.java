package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.within;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.OperatorProcess;
import io.crmventas.tasks.operator.testing.OperatorProcess.Write;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SIGTERM ends a real operator process during many reconciles, and another replica leads. */
@ExtendWith(LocalApiServerExtension.class)
class TerminationIT {
    private static final int TASKS = 60;
    /** The chart sets this grace period. */
    private static final Duration GRACE = Duration.ofSeconds(30);
    /** A waiting replica tries to acquire the lease every 2.0 to 4.4 s. */
    private static final Duration HANDOVER = Duration.ofSeconds(8);

    /** A busy machine creates the tasks slowly. */
    private static final Duration WORK = Duration.ofMinutes(2);

    private static final String REQUEST = "crmventas.io/run-requested";
    private static final int SIGTERM = 15;

    private final List<OperatorProcess> replicas = new ArrayList<>();

    @AfterEach
    void stop() {
        replicas.forEach(OperatorProcess::close);
    }

    @Test
    void theNextReplicaCompletesTheWorkAndStartsNoRunTwice(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            FakeCluster cluster = new FakeCluster(crm);
            replica(server, crm, "first").awaitLeading(crm, GRACE);
            replica(server, crm, "second");
            // No scheduled time comes during the test. Cron cannot express this interval, so the operator creates a
            // CronJob in two writes.
            CompletableFuture<Void> creation = CompletableFuture.runAsync(
                    () -> names().forEach(name -> crm.create(name, "{task: cleanup, interval: 8000h}")));
            terminateTheLeader(crm, () -> cronJobs(crm).size() >= TASKS / 4);
            creation.join();
            names().forEach(name -> crm.await(name, ready("True")));
            assertEquals(
                    Collections.nCopies(TASKS, "@every 8000h0m0s false"),
                    cronJobs(crm).stream()
                            .map(it -> it.getSpec().getSchedule() + " "
                                    + it.getSpec().getSuspend())
                            .toList());

            for (int round = 1; round <= 2; round++) {
                String token = "round-" + round;
                replica(server, crm, "after-" + token);
                CompletableFuture<Void> work = CompletableFuture.runAsync(() -> names().forEach(name -> {
                    crm.annotate(name, REQUEST, token);
                    Job job = cluster.scheduledJob(name);
                    cluster.endPod(
                            cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
                    cluster.completeJob(job);
                }));
                terminateTheLeader(
                        crm, () -> requested(crm).filter(token::equals).count() >= TASKS / 3);
                work.join();
                Counters counters = new Counters(round, round, 0, 0, 0);
                names().forEach(name -> crm.await(
                        name,
                        status -> token.equals(status.lastHandledRunRequest())
                                && counters.equals(status.counters())
                                && active(status) == counters.runs()));
            }
            assertEquals(
                    Map.of("round-1", (long) TASKS, "round-2", (long) TASKS),
                    requested(crm).collect(groupingBy(token -> token, counting())));
            List<Write> writes = OperatorProcess.writes(server, crm);
            List<String> writers =
                    writes.stream().map(Write::replica).distinct().toList();
            assertEquals(List.of("first", "second", "after-round-1", "after-round-2"), writers);
            assertEquals(
                    writers,
                    IntStream.range(0, writes.size())
                            .filter(at -> at == 0
                                    || !writes.get(at)
                                            .replica()
                                            .equals(writes.get(at - 1).replica()))
                            .mapToObj(at -> writes.get(at).replica())
                            .toList(),
                    "only one replica writes at a time");
        }
    }

    private OperatorProcess replica(LocalApiServer server, OperatorHarness crm, String identity) {
        OperatorProcess replica = OperatorProcess.start(server, crm, identity);
        replicas.add(replica);
        return replica.awaitStarted();
    }

    /** Sends SIGTERM to the leader, as the kubelet does when the leader's pod is deleted. */
    private void terminateTheLeader(OperatorHarness crm, BooleanSupplier moment) {
        OperatorProcess leader = replicas.get(replicas.size() - 2);
        within(WORK, moment, () -> "the operator does less work than the test waits for");
        long start = System.nanoTime();
        leader.signal("TERM");
        assertEquals(128 + SIGTERM, leader.awaitEnd(GRACE), leader::output);
        Duration end = Duration.ofNanos(System.nanoTime() - start);
        Duration handover = replicas.getLast().awaitLeading(crm, HANDOVER);
        System.out.printf(
                "%s ended %.1f s after SIGTERM, the next replica leads %.1f s later%n",
                leader.identity(), end.toMillis() / 1000.0, handover.toMillis() / 1000.0);
    }

    private static List<CronJob> cronJobs(OperatorHarness crm) {
        return crm.client()
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(crm.namespace())
                .list()
                .getItems();
    }

    /** Returns the tokens of the requested Jobs. */
    private static Stream<String> requested(OperatorHarness crm) {
        return crm.jobs().stream()
                .map(job -> job.getMetadata().getAnnotations().get(REQUEST))
                .filter(Objects::nonNull);
    }

    private static int active(CrmScheduledTaskStatus status) {
        return status.active().size();
    }

    private static Stream<String> names() {
        return IntStream.range(0, TASKS).mapToObj("task-%03d"::formatted);
    }
}
