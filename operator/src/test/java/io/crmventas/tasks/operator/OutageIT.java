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
 * An operator that loses the API server while the world goes on, both when connections are refused and when the network
 * swallows everything: it catches up by itself. {@code -Doutage=PT10M} for as long as it is promised.
 */
@ExtendWith(LocalApiServerExtension.class)
class OutageIT {
    private static final Duration OUTAGE = Duration.parse(System.getProperty("outage", "PT35S"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** As often as a kubelet asks for liveness. */
    private static final Duration PROBE = Duration.ofSeconds(5);

    private static final int TASKS = 20;
    private static final int EDITED = 10;

    @Test
    void catchesUpByItselfWhenTheApiServerIsBack(LocalApiServer server) {
        try (Cut refused = new Cut(server, State.REFUSING);
                Cut silent = new Cut(server, State.SILENT)) {
            List<Cut> both = List.of(refused, silent);
            both.forEach(Cut::begin);
            both.forEach(Cut::theWorldGoesOn);
            long end = System.nanoTime() + OUTAGE.toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(PROBE.toNanos());
                both.forEach(Cut::staysAlive);
            }
            // Of silence the client takes notice when it begins a watch anew, after five to ten minutes.
            assertFalse(refused.crm.operator().look().watching());
            both.parallelStream().forEach(Cut::end);
        }
    }

    private static final class Cut implements AutoCloseable {
        private final State state;
        private final Relay relay;
        private final KubernetesClient client;
        private final OperatorHarness crm;
        private final FakeCluster cluster;
        private final Job job;

        Cut(LocalApiServer server, State state) {
            this.state = state;
            relay = new Relay(OperatorHarness.itsClient(server).getConfiguration());
            client = relay.client();
            crm = OperatorHarness.start(server, Map.of(), client, Clock.systemUTC());
            cluster = new FakeCluster(crm);
            names().forEach(name -> crm.create(name, "{task: cleanup, interval: 8h}"));
            names().forEach(name -> crm.await(name, ready("True")));
            job = cluster.scheduledJob(name(0));
            crm.await(name(0), now -> now.active() != null && !now.active().isEmpty());
        }

        void begin() {
            relay.become(state);
        }

        void theWorldGoesOn() {
            cluster.ends(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            cluster.completes(job);
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

        /** As the kubelet sees it: the process is not to be started anew. */
        void staysAlive() {
            assertEquals(Optional.empty(), crm.operator().standstill(), this::toString);
        }

        void end() {
            int before = crm.writes().size();
            long back = System.nanoTime();
            relay.become(State.OPEN);
            for (int number = 0; number < EDITED; number++) {
                await(name(number), OutageIT::upToDate);
                assertTrue(
                        crm.cronJob(name(number)).get().getSpec().getSchedule().contains("/6"));
            }
            await(name(0), task -> task.reportedStatus().lastRun() != null);
            await(name(13), task -> "meanwhile".equals(task.reportedStatus().lastHandledRunRequest()));
            await("new", OutageIT::upToDate);
            crm.awaitCronJob(name(11), Objects::nonNull);
            Duration took = Duration.ofNanos(System.nanoTime() - back);
            // The tasks' watch may be back before those of pods and ConfigMaps.
            eventually(true, () -> crm.operator().look().watching());
            staysAlive();
            CrmScheduledTaskStatus finished = crm.task(name(0)).get().reportedStatus();
            assertEquals("Succeeded", Objects.requireNonNull(finished.lastRun()).result());
            assertEquals(1, Objects.requireNonNull(finished.counters()).runs());
            int writes = crm.writes().size() - before;
            System.out.printf(
                    "%s for %s: caught up %.1f s after the return, with %d writes%n",
                    state, OUTAGE, took.toMillis() / 1000.0, writes);
            // A CronJob, a status and an Event each at most, and the Job of the run on request.
            assertTrue(writes <= 3 * (EDITED + 4) + 1, () -> String.join("\n", crm.writes()));
        }

        private void await(String name, Predicate<CrmScheduledTask> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            CrmScheduledTask task = crm.task(name).get();
            while (task.reportedStatus() == null || !wanted.test(task)) {
                staysAlive();
                assertTrue(System.nanoTime() < deadline, this + ": " + task);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                task = crm.task(name).get();
            }
        }

        @Override
        public void close() {
            relay.become(State.OPEN);
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
