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
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real operator processes with leader election: the leader is frozen, continued and killed, and another replica leads. */
@ExtendWith(LocalApiServerExtension.class)
class FailoverIT {
    private static final Duration PROMISE = Duration.ofSeconds(20);
    private static final String TASK = "cleanup";
    private static final String NAMESPACE = "crm-system";

    private final List<Process> replicas = new ArrayList<>();

    @AfterEach
    void killReplicas() {
        replicas.forEach(Process::destroyForcibly);
    }

    @Test
    void anotherReplicaLeadsAndTheFrozenLeaderOverwritesNothing(LocalApiServer server) throws Exception {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            FakeCluster cluster = new FakeCluster(crm);
            Process frozen = replica(server, crm, "frozen");
            awaitLeader(crm, "frozen", Duration.ofMinutes(1));
            crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
            crm.await(TASK, ready("True"));
            ends(cluster);
            counted(crm, 1);
            Process killed = replica(server, crm, "killed");

            signal(frozen, "STOP");
            // The frozen leader finds these events in its watch when it continues.
            ends(cluster);
            ends(cluster);
            Duration afterFreeze = awaitLeader(crm, "killed", Duration.ofMinutes(1));
            replica(server, crm, "last");
            CrmScheduledTaskStatus status = counted(crm, 3);
            signal(frozen, "CONT");
            assertTrue(frozen.waitFor(20, TimeUnit.SECONDS), "a replica that lost its lease ends");
            assertEquals(1, frozen.exitValue());
            assertEquals(status, crm.task(TASK).get().reportedStatus());
            assertEquals(new Counters(3, 3, 0, 0, 0), status.counters());

            signal(killed, "KILL");
            Duration afterKill = awaitLeader(crm, "last", Duration.ofMinutes(1));
            ends(cluster);
            counted(crm, 4);
            System.out.printf(
                    "Another replica leads %.1f s after a freeze and %.1f s after kill -9%n",
                    afterFreeze.toMillis() / 1000.0, afterKill.toMillis() / 1000.0);
            assertTrue(afterKill.compareTo(PROMISE) <= 0, afterKill::toString);
        }
    }

    private Process replica(LocalApiServer server, OperatorHarness crm, String identity) throws IOException {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dkubernetes.impersonate.username=" + OperatorHarness.OPERATOR,
                "-cp",
                System.getProperty("java.class.path"),
                OperatorMain.class.getName());
        java.environment()
                .putAll(Map.of(
                        "KUBECONFIG", server.kubeconfig().toString(),
                        "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                        "POD_NAMESPACE", NAMESPACE,
                        "POD_NAME", identity,
                        "WATCH_NAMESPACES", crm.namespace(),
                        "PREFLIGHT", "false",
                        "HEALTH_PORT", "0",
                        "PROBE_PORT", "0",
                        "CONTROL_PORT", "0"));
        Process replica = java.redirectErrorStream(true)
                .redirectOutput(
                        Path.of("target", "failover-" + identity + ".log").toFile())
                .start();
        replicas.add(replica);
        return replica;
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    private static Duration awaitLeader(OperatorHarness crm, String identity, Duration patience) {
        long start = System.nanoTime();
        long deadline = start + patience.toNanos();
        while (!Optional.of(identity).equals(leader(crm))) {
            assertTrue(System.nanoTime() < deadline, () -> "the leader is " + leader(crm));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Optional<String> leader(OperatorHarness crm) {
        Lease lease = crm.client()
                .leases()
                .inNamespace(NAMESPACE)
                .withName(Leadership.LEASE)
                .get();
        return Optional.ofNullable(lease).map(found -> found.getSpec().getHolderIdentity());
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
