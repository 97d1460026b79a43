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
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
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

/** A person edits or deletes the lease while two real operator processes are running. */
@ExtendWith(LocalApiServerExtension.class)
class LeaseIT {
    /** The lease lasts 16 s, and a waiting replica tries to acquire it every 2.0 to 4.4 s. */
    private static final Duration MAX_HANDOVER = Duration.ofSeconds(25);
    /** A process needs half a minute to start on a busy machine. */
    private static final Duration RESTART = Duration.ofSeconds(60);
    /** The operator reports an election as ended after 90 s without a request. */
    private static final Duration NOT_LIVE = Duration.ofMinutes(2);

    /**
     * A leader reads its lease every 2 s. Another replica can read the edited lease earlier and lead at once, so both
     * can write for this time. Both write the same, and the API server refuses a status that is based on an older one.
     */
    private static final Duration BOTH_WRITE = Duration.ofSeconds(4);

    private static final int TASKS = 8;

    private final List<OperatorProcess> replicas = new ArrayList<>();
    private volatile boolean ended;

    private enum Change {
        TRANSITIONS_CHANGED("{\"spec\":{\"leaseTransitions\":12345}}", MAX_HANDOVER),
        RENEWED_IN_THE_FUTURE("{\"spec\":{\"renewTime\":\"2099-01-01T00:00:00.000000Z\"}}", MAX_HANDOVER),
        HOLDER_EMPTIED("{\"spec\":{\"holderIdentity\":\"\"}}", MAX_HANDOVER),
        HOLDER_CHANGED("{\"spec\":{\"holderIdentity\":\"a-person\"}}", MAX_HANDOVER),
        DELETED("", MAX_HANDOVER),
        // The leader exits after one of these changes, and leads again when it is restarted.
        HELD_FOR_A_CENTURY(
                "{\"spec\":{\"holderIdentity\":\"a-person\",\"renewTime\":\"2099-01-01T00:00:00.000000Z\"}}", RESTART),
        DURATION_REMOVED("{\"spec\":{\"leaseDurationSeconds\":null}}", RESTART),
        SPEC_REMOVED("{\"spec\":null}", RESTART);

        private final String patch;
        private final Duration limit;

        Change(String patch, Duration limit) {
            this.patch = patch;
            this.limit = limit;
        }
    }

    @AfterEach
    void stop() {
        ended = true;
        replicas.forEach(OperatorProcess::close);
    }

    @Test
    void oneReplicaLeadsAfterAnyEditOfTheLease(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            IntStream.range(0, TASKS).forEach(number -> crm.create(name(number), spec(7)));
            Thread.ofVirtual().start(() -> keepEditing(crm));
            List<Change> leaderless = new ArrayList<>();
            for (Change change : Change.values()) {
                ensureTwoReplicas(server, crm);
                Instant changed = change(crm, change);
                Optional<Instant> written = awaitLeader(server, crm, changed, changed.plus(change.limit));
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
            assertOneWriterAtATime(OperatorProcess.writes(server, crm));
            assertEquals(List.of(), leaderless, "changes after which no replica led in time");
            eventually(true, () -> IntStream.range(0, TASKS).allMatch(number -> upToDate(crm, name(number))));
        }
    }

    /** Each of the two replicas would end the other one, again and again. */
    @Test
    void aReplicaLeavesTheLeaseToALeaderWhoseClockIsAhead(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            crm.client()
                    .resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withNamespace(OperatorProcess.NAMESPACE)
                            .withName(Leadership.LEASE)
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity("ahead")
                            .withLeaseDurationSeconds(16)
                            .withAcquireTime(ZonedDateTime.now(ZoneOffset.UTC))
                            .endSpec()
                            .build())
                    .createOr(NonDeletingOperation::update);
            Thread.ofVirtual().start(() -> keepRenewingTenMinutesAhead(crm));
            replicas.add(OperatorProcess.start(server, crm, "on-time"));
            replicas.getFirst().awaitStarted();
            assertEquals(Optional.of("ahead"), OperatorProcess.leader(crm));
            ended = true;
        }
    }

    /** The kubelet restarts a replica that is not live. Its next process frees the lease. */
    @Test
    void aReplicaWhoseElectionEndedIsNotLive(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            ensureTwoReplicas(server, crm);
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

    private void keepRenewingTenMinutesAhead(OperatorHarness crm) {
        while (!ended) {
            Instant time = Instant.now().plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.MICROS);
            OperatorProcess.lease(crm)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"renewTime\":\"" + time + "\"}}");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private void ensureTwoReplicas(LocalApiServer server, OperatorHarness crm) {
        replaceEndedReplicas(server, crm);
        alive().forEach(OperatorProcess::awaitStarted);
        eventually(true, () -> alive().stream().anyMatch(replica -> holds(crm, replica)));
    }

    /** Starts a new replica for each ended one, as the kubelet does. A replica that lost its lease exits with 1. */
    private void replaceEndedReplicas(LocalApiServer server, OperatorHarness crm) {
        replicas.stream()
                .filter(replica -> !replica.process().isAlive())
                .forEach(exited -> assertEquals(1, exited.process().exitValue(), exited::output));
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

    /** @return the first write of the replica that leads after the change; empty when none leads before the end */
    private Optional<Instant> awaitLeader(LocalApiServer server, OperatorHarness crm, Instant changed, Instant end) {
        while (Instant.now().isBefore(end)) {
            replaceEndedReplicas(server, crm);
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

    /** Asserts that the previous leader stops writing shortly after the first write of the next leader. */
    private static void assertOneWriterAtATime(List<Write> writes) {
        List<String> leaders = writes.stream().map(Write::replica).distinct().toList();
        System.out.println(writes.size() + " writes, leaders: " + leaders);
        for (int number = 1; number < leaders.size(); number++) {
            String previous = leaders.get(number - 1);
            Instant first = received(writes, leaders.get(number)).findFirst().orElseThrow();
            Instant last =
                    received(writes, previous).max(Comparator.naturalOrder()).orElseThrow();
            System.out.printf(
                    "The last write of %s is %.1f s after the first of the next%n", previous, seconds(first, last));
            assertTrue(last.isBefore(first.plus(BOTH_WRITE)), () -> previous + " still wrote at " + last);
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
