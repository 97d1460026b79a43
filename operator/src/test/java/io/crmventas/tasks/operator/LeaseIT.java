package io.crmventas.tasks.operator;

import static io.crmventas.tasks.testing.Eventually.eventually;
import static io.crmventas.tasks.testing.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.OperatorProcess;
import io.crmventas.tasks.operator.testing.OperatorProcess.Write;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person edits or deletes the lease while the leader of two real operator processes works. */
@ExtendWith(LocalApiServerExtension.class)
class LeaseIT {
    /** The lease lasts 16 s, and a waiting replica asks for it every 2.0 to 4.4 s. */
    private static final Duration PROMISE = Duration.ofSeconds(25);
    /** A process needs half a minute to start on a busy machine. */
    private static final Duration RESTART = Duration.ofSeconds(60);
    /** An election that has sent no request for 90 s has ended. */
    private static final Duration NOT_LIVE = Duration.ofMinutes(2);

    /**
     * A leader looks at its lease every 2 s. Another replica that looks at an edited lease before it leads at once. What both
     * write in between is the same, and a status is only written over the one that the reconcile began from.
     */
    private static final Duration BOTH_WRITE = Duration.ofSeconds(4);

    private static final int TASKS = 8;

    private final List<OperatorProcess> replicas = new ArrayList<>();
    private volatile boolean ended;

    private enum Change {
        TRANSITIONS_CHANGED("{\"spec\":{\"leaseTransitions\":12345}}", PROMISE),
        RENEWED_IN_THE_FUTURE("{\"spec\":{\"renewTime\":\"2099-01-01T00:00:00.000000Z\"}}", PROMISE),
        HOLDER_EMPTIED("{\"spec\":{\"holderIdentity\":\"\"}}", PROMISE),
        HOLDER_CHANGED("{\"spec\":{\"holderIdentity\":\"a-person\"}}", PROMISE),
        DELETED("", PROMISE),
        // The leader ends by these, and leads when it is restarted.
        HELD_FOR_A_CENTURY(
                "{\"spec\":{\"holderIdentity\":\"a-person\",\"renewTime\":\"2099-01-01T00:00:00.000000Z\"}}", RESTART),
        DURATION_REMOVED("{\"spec\":{\"leaseDurationSeconds\":null}}", RESTART),
        SPEC_REMOVED("{\"spec\":null}", RESTART);

        private final String patch;
        private final Duration promise;

        Change(String patch, Duration promise) {
            this.patch = patch;
            this.promise = promise;
        }
    }

    @AfterEach
    void stop() {
        ended = true;
        replicas.forEach(OperatorProcess::close);
    }

    @Test
    void oneReplicaLeadsAgainWhateverAPersonDoesToTheLease(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            IntStream.range(0, TASKS).forEach(number -> crm.create(name(number), spec(7)));
            Thread.ofVirtual().start(() -> keepEditing(crm));
            List<Change> leaderless = new ArrayList<>();
            for (Change change : Change.values()) {
                haveTwoReplicas(server, crm);
                Instant changed = change(crm, change);
                Optional<Instant> written = awaitLeader(server, crm, changed, changed.plus(change.promise));
                System.out.printf(
                        "%s: a leader writes %s s later%n",
                        change,
                        written.map(first -> String.format("%.1f", seconds(changed, first)))
                                .orElse("never"));
                if (written.isEmpty()) {
                    leaderless.add(change);
                    OperatorProcess.lease(crm).delete();
                }
            }
            ended = true;
            oneWriterAtATime(OperatorProcess.writes(server, crm));
            assertEquals(List.of(), leaderless, "no replica leads in time");
            eventually(true, () -> IntStream.range(0, TASKS).allMatch(number -> upToDate(crm, name(number))));
        }
    }

    /** The kubelet restarts a replica that is not live. Its next process frees the lease. */
    @Test
    void aReplicaIsNotLiveWhenAPersonEndedItsElection(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            haveTwoReplicas(server, crm);
            change(crm, Change.DURATION_REMOVED);
            eventually(1, () -> alive().size());
            OperatorProcess waiting = alive().getFirst();
            within(NOT_LIVE, () -> waiting.get("/health/liveness").contains("election"), waiting::output);
            waiting.close();
            replicas.clear();
            replicas.add(OperatorProcess.start(server, crm, "restarted"));
            replicas.getFirst().awaitLeading(crm, RESTART);
            assertTrue(
                    replicas.getFirst().awaitStarted().get("/health/liveness").contains("alive"));
        }
    }

    private void haveTwoReplicas(LocalApiServer server, OperatorHarness crm) {
        replaceEnded(server, crm);
        alive().forEach(OperatorProcess::awaitStarted);
        eventually(true, () -> alive().stream().anyMatch(replica -> holds(crm, replica)));
    }

    /** As the kubelet does. A replica that lost its lease ends with 1. */
    private void replaceEnded(LocalApiServer server, OperatorHarness crm) {
        replicas.stream()
                .filter(replica -> !replica.process().isAlive())
                .forEach(gone -> assertEquals(1, gone.process().exitValue(), gone::output));
        while (alive().size() < 2) {
            replicas.add(OperatorProcess.start(server, crm, "replica-" + (replicas.size() + 1)));
        }
    }

    private List<OperatorProcess> alive() {
        return replicas.stream().filter(replica -> replica.process().isAlive()).toList();
    }

    private static Instant change(OperatorHarness crm, Change change) {
        Instant now = Instant.now();
        if (change == Change.DELETED) {
            OperatorProcess.lease(crm).delete();
        } else {
            OperatorProcess.lease(crm).patch(PatchContext.of(PatchType.JSON_MERGE), change.patch);
        }
        return now;
    }

    /** @return the first write of the replica that leads after the change; empty when none leads within the promised time */
    private Optional<Instant> awaitLeader(LocalApiServer server, OperatorHarness crm, Instant changed, Instant end) {
        while (Instant.now().isBefore(end)) {
            replaceEnded(server, crm);
            Optional<Instant> write = alive().stream()
                    .filter(replica -> holds(crm, replica) && renewed(crm, changed))
                    .flatMap(replica -> firstWrite(server, crm, replica, changed).stream())
                    .findFirst();
            if (write.isPresent()) {
                return write;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        return Optional.empty();
    }

    private static boolean holds(OperatorHarness crm, OperatorProcess replica) {
        return OperatorProcess.leader(crm).filter(replica.identity()::equals).isPresent();
    }

    private static boolean renewed(OperatorHarness crm, Instant after) {
        Instant renewed =
                OperatorProcess.lease(crm).get().getSpec().getRenewTime().toInstant();
        return renewed.isAfter(after) && renewed.isBefore(Instant.now().plusSeconds(5));
    }

    private static Optional<Instant> firstWrite(
            LocalApiServer server, OperatorHarness crm, OperatorProcess replica, Instant after) {
        return OperatorProcess.writes(server, crm).stream()
                .filter(write -> write.replica().equals(replica.identity()))
                .map(Write::received)
                .filter(after::isBefore)
                .findFirst();
    }

    /** No replica but the newest leader writes, from a moment after its first write on. */
    private static void oneWriterAtATime(List<Write> writes) {
        List<String> leaders = writes.stream().map(Write::replica).distinct().toList();
        System.out.println(writes.size() + " writes, leaders: " + leaders);
        for (int number = 1; number < leaders.size(); number++) {
            String previous = leaders.get(number - 1);
            Instant first = received(writes, leaders.get(number)).findFirst().orElseThrow();
            Instant last =
                    received(writes, previous).max(Comparator.naturalOrder()).orElseThrow();
            System.out.printf(
                    "The last write of %s is %.1f s after the first of the next%n", previous, seconds(first, last));
            assertTrue(last.isBefore(first.plus(BOTH_WRITE)), () -> previous + " still writes at " + last);
        }
    }

    private static Stream<Instant> received(List<Write> writes, String replica) {
        return writes.stream().filter(write -> write.replica().equals(replica)).map(Write::received);
    }

    private void keepEditing(OperatorHarness crm) {
        for (int edit = 0; !ended; edit++) {
            crm.edit(name(edit % TASKS), spec(edit / TASKS % 2 == 0 ? 11 : 7));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static boolean upToDate(OperatorHarness crm, String name) {
        CrmScheduledTask task = crm.task(name).get();
        CrmScheduledTaskStatus status = task.reportedStatus();
        return status != null
                && Objects.equals(
                        status.observedGeneration(), task.getMetadata().getGeneration());
    }

    private static String name(int number) {
        return "task-" + number;
    }

    private static String spec(int minutes) {
        return "{task: cleanup, interval: " + minutes + "m}";
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
