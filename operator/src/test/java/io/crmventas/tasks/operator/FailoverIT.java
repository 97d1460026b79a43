package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
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
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real operator processes with leader election: the leader is frozen, continued and killed, and another replica leads. */
@ExtendWith(LocalApiServerExtension.class)
class FailoverIT {
    private static final Duration PROMISE = Duration.ofSeconds(20);
    private static final String TASK = "cleanup";

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
            ends(cluster);
            counted(crm, 1);
            OperatorProcess killed = replica(server, crm, "killed");

            frozen.signal("STOP");
            // The frozen leader finds these events in its watch when it continues.
            ends(cluster);
            ends(cluster);
            Duration afterFreeze = killed.awaitLeading(crm, Duration.ofMinutes(1));
            OperatorProcess last = replica(server, crm, "last");
            CrmScheduledTaskStatus status = counted(crm, 3);
            frozen.signal("CONT");
            assertEquals(1, frozen.awaitEnd(Duration.ofSeconds(20)), "a replica that lost its lease ends");
            assertEquals(status, crm.task(TASK).get().reportedStatus());
            assertEquals(new Counters(3, 3, 0, 0, 0), status.counters());

            killed.signal("KILL");
            Duration afterKill = last.awaitLeading(crm, Duration.ofMinutes(1));
            ends(cluster);
            counted(crm, 4);
            System.out.printf(
                    "Another replica leads %.1f s after a freeze and %.1f s after kill -9%n",
                    afterFreeze.toMillis() / 1000.0, afterKill.toMillis() / 1000.0);
            assertTrue(afterKill.compareTo(PROMISE) <= 0, afterKill::toString);
        }
    }

    private OperatorProcess replica(LocalApiServer server, OperatorHarness crm, String identity) {
        OperatorProcess replica = OperatorProcess.start(server, crm, identity);
        replicas.add(replica);
        return replica;
    }

    private static void ends(FakeCluster cluster) {
        Job job = cluster.scheduledJob(TASK);
        cluster.ends(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completes(job);
    }

    private static CrmScheduledTaskStatus counted(OperatorHarness crm, long runs) {
        eventually(true, () -> {
            CrmScheduledTaskStatus status = crm.task(TASK).get().reportedStatus();
            return status != null
                    && status.counters() != null
                    && status.counters().runs() == runs;
        });
        return Objects.requireNonNull(crm.task(TASK).get().reportedStatus());
    }
}
