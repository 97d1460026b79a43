package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.Relay;
import io.crmventas.tasks.operator.testing.Relay.State;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operator loses the API server while other clients change tasks, CronJobs and Jobs. It catches up by itself, both
 * when connections are refused and when the network loses all packets. {@code -Doutage=PT10M} tests the documented
 * outage.
 */
@ExtendWith(LocalApiServerExtension.class)
class OutageIT {
    private static final Duration OUTAGE = Duration.parse(System.getProperty("outage", "PT35S"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** This is the period of the kubelet's liveness probe. */
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(5);

    private static final int TASKS = 20;
    private static final int EDITED = 10;

    @Test
    void catchesUpAfterAnApiServerOutage(LocalApiServer server) {
        try (Outage refused = new Outage(server, State.REFUSING);
                Outage silent = new Outage(server, State.SILENT)) {
            List<Outage> both = List.of(refused, silent);
            both.forEach(Outage::begin);
            both.forEach(Outage::changeResources);
            long end = System.nanoTime() + OUTAGE.toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(PROBE_PERIOD.toNanos());
                both.forEach(Outage::assertLive);
            }
            // The client notices a silent network only when it renews a watch, after five to ten minutes.
            assertFalse(refused.crm.operator().look().watching());
            both.parallelStream().forEach(Outage::end);
        }
    }

    private static final class Outage implements AutoCloseable {
        private final State state;
        private final Relay relay;
        private final KubernetesClient client;
        private final OperatorHarness crm;
        private final FakeCluster cluster;
        private final Job job;

        Outage(LocalApiServer server, State state) {
            this.state = state;
            relay = new Relay(OperatorHarness.operatorClient(server).getConfiguration());
            client = relay.client();
            crm = OperatorHarness.start(server, Map.of(), client, Clock.systemUTC());
            cluster = new FakeCluster(crm);
            names().forEach(name -> crm.create(name, "{task: cleanup, interval: 8h}"));
            names().forEach(name -> crm.await(name, ready("True")));
            job = cluster.scheduledJob(name(0));
            crm.await(name(0), now -> !now.active().isEmpty());
        }

        void begin() {
            relay.setState(state);
        }

        void changeResources() {
            cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            cluster.completeJob(job);
            for (int number = 0; number < EDITED; number++) {
                crm.edit(name(number), "{task: cleanup, interval: 6h}");
            }
            crm.cronJob(name(11)).delete();
            crm.task(name(12)).delete();
            crm.task(name(13))
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"crmventas.io/run-requested\":\"meanwhile\"}}}");
            crm.create("new", "{task: cleanup, interval: 8h}");
        }

        /** Asserts that the kubelet would not restart the process. */
        void assertLive() {
            assertEquals(Optional.empty(), crm.operator().standstill(), this::toString);
        }

        void end() {
            int before = crm.writes().size();
            long back = System.nanoTime();
            relay.setState(State.OPEN);
            for (int number = 0; number < EDITED; number++) {
                await(name(number), OutageIT::upToDate);
                assertTrue(
                        crm.cronJob(name(number)).get().getSpec().getSchedule().contains("/6"));
            }
            await(name(0), task -> task.reportedStatus().lastRun() != null);
            await(name(13), task -> "meanwhile".equals(task.reportedStatus().lastHandledRunRequest()));
            await("new", OutageIT::upToDate);
            crm.awaitCronJob(name(11), Objects::nonNull);
            Duration catchUp = Duration.ofNanos(System.nanoTime() - back);
            // The watch of the tasks can reconnect before the watches of pods and ConfigMaps.
            eventually(true, () -> crm.operator().look().watching());
            assertLive();
            CrmScheduledTaskStatus finished = crm.task(name(0)).get().reportedStatus();
            assertEquals("Succeeded", Objects.requireNonNull(finished.lastRun()).result());
            assertEquals(1, Objects.requireNonNull(finished.counters()).runs());
            int writes = crm.writes().size() - before;
            System.out.printf(
                    "%s for %s: caught up %.1f s after the return, with %d writes%n",
                    state, OUTAGE, catchUp.toMillis() / 1000.0, writes);
            // Each task needs a CronJob, a status and an Event at most. The requested run needs a Job.
            assertTrue(writes <= 3 * (EDITED + 4) + 1, () -> String.join("\n", crm.writes()));
        }

        private void await(String name, Predicate<CrmScheduledTask> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            CrmScheduledTask task = crm.task(name).get();
            while (task.reportedStatus().observedGeneration() == null || !wanted.test(task)) {
                assertLive();
                assertTrue(System.nanoTime() < deadline, this + ": " + task);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                task = crm.task(name).get();
            }
        }

        @Override
        public void close() {
            relay.setState(State.OPEN);
            crm.close();
            client.close();
            relay.close();
        }

        @Override
        public String toString() {
            return state.toString();
        }
    }

    private static boolean upToDate(CrmScheduledTask task) {
        return task.getMetadata().getGeneration().equals(task.reportedStatus().observedGeneration());
    }

    private static Stream<String> names() {
        return IntStream.range(0, TASKS).mapToObj(OutageIT::name);
    }

    private static String name(int number) {
        return "task-" + number;
    }
}
