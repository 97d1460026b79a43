package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.e2e.ControlPort.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Control of tasks over HTTP, as the chart installs it: Service, certificate, permissions of the operator, roles for people. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlE2E {
    static final String RELEASE = "crm-task-operator";
    private static final String TASK = "listening";
    /** The schedule starts no run during a test, so the only run is the requested one. */
    private static final String YEARLY = "0 0 1 1 *";

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Cluster cluster = new Cluster("crm-control");

    @BeforeAll
    void install() {
        install(cluster);
        cluster.account("powerless");
        cluster.account("caller", "--clusterrole=" + cluster.namespace + "-" + RELEASE + "-run");
        // Kubernetes' own role, which includes the permissions of the chart's roles.
        cluster.account("editor", "--clusterrole=edit");
    }

    /** A release of the chart with two tasks, listening and other, whose next scheduled run is on New Year. */
    static void install(Cluster cluster) {
        cluster.installImages();
        // Addresses that a run may reach also with the NetworkPolicy.
        cluster.kubectl(
                "create",
                "secret",
                "generic",
                TASK,
                "--from-literal=addresses=kube-dns.kube-system.svc.cluster.local:53");
        List<String> install = new ArrayList<>(List.of(
                "install",
                RELEASE,
                "helm/crm-task-operator",
                "--values",
                "e2e/extra-task/values.yaml",
                "--set",
                "watchNamespaces={" + cluster.namespace + "}",
                "--set",
                "tasks.create=false",
                "--set",
                "tasks.extra.listening.task=listening,tasks.extra.listening.schedule=" + YEARLY,
                "--set",
                "tasks.extra.other.task=listening,tasks.extra.other.schedule=" + YEARLY,
                "--set",
                "networkPolicy.enabled=true,networkPolicy.apiServer.ports={443,6443,16443}",
                "--wait",
                "--timeout",
                "120s"));
        install.addAll(cluster.images());
        install.addAll(List.of("--set", "extraTasks.listening.image=" + Cluster.image("listening")));
        cluster.helm(install.toArray(String[]::new));
    }

    @AfterAll
    void uninstall() {
        uninstall(cluster);
    }

    static void uninstall(Cluster cluster) {
        // Kubernetes does not delete cluster roles with the namespace.
        cluster.helm("uninstall", RELEASE, "--wait");
        cluster.deleteNamespace();
        cluster.close();
    }

    @Test
    void acceptsCallersWithTheChartsRolesAndRefusesAllOthers() throws IOException {
        awaits(it -> it.nextRunTime() != null);
        try (ControlPort port = new ControlPort(cluster, RELEASE)) {
            Reply unknown = port.post("", "/health/tasks/stop", "");
            assertEquals(401, unknown.code(), unknown.body());
            assertEquals(port.certificate("tls.crt"), unknown.presented());
            for (String path : List.of("/health/tasks/stop", "/health/tasks/listening/stop", run(""))) {
                Reply refused = port.post(cluster.token("powerless"), path, "");
                assertEquals(403, refused.code(), refused.body());
                assertTrue(refused.body().contains(cluster.user("powerless") + " may not"), refused.body());
                assertEquals(401, port.post("made.up", path, "").code());
            }
            assertNull(status().pause(), "a refused call changes nothing");
            assertNull(status().lastHandledRunRequest());

            stopsAndStartsOne(port, cluster.token("caller"));
            stopsAndStartsAll(port, cluster.token("editor"));
            runsNow(port, cluster.token("editor"));
        }
    }

    private void stopsAndStartsOne(ControlPort port, String token) {
        Instant until = Instant.parse("2100-01-01T08:00:00Z");
        assertDone(port.post(
                token, "/health/tasks/listening/stop", "{\"reason\": \"a move\", \"until\": \"" + until + "\"}"));
        Pause pause = awaits(it -> it.pause() != null).pause();
        assertEquals(new Pause(cluster.user("caller"), "a move", pause.since(), until, "Task"), pause);
        assertDone(port.post(token, "/health/tasks/listening/start", ""));
        awaits(it -> it.pause() == null);
    }

    private void stopsAndStartsAll(ControlPort port, String token) {
        assertDone(port.post(token, "/health/tasks/stop", "{\"reason\": \"freeze\"}"));
        for (String task : List.of(TASK, "other")) {
            Pause pause = awaits(task, it -> it.pause() != null).pause();
            assertEquals(new Pause(cluster.user("editor"), "freeze", pause.since(), null, "Operator"), pause);
        }
        assertDone(port.post(token, "/health/tasks/start", ""));
        awaits(it -> it.pause() == null);
        awaits("other", it -> it.pause() == null);
    }

    private void runsNow(ControlPort port, String token) {
        Reply accepted = port.post(token, run("?token=from-http"), "");
        assertEquals(202, accepted.code(), accepted.body());
        Run run = awaits(it -> it.lastRun() != null).lastRun();
        assertEquals("Manual", run.trigger());
        assertEquals("Succeeded", run.result(), run.toString());
        assertTrue(accepted.body().contains('"' + run.jobName() + '"'), accepted.body());
        assertEquals("from-http", status().lastHandledRunRequest());
    }

    private static void assertDone(Reply reply) {
        assertEquals(200, reply.code(), reply.body());
    }

    private static String run(String parameters) {
        return "/health/tasks/run/" + TASK + parameters;
    }

    private CrmScheduledTaskStatus status() {
        return cluster.tasks()
                .inNamespace(cluster.namespace)
                .withName(TASK)
                .require()
                .getStatus();
    }

    private CrmScheduledTaskStatus awaits(Predicate<CrmScheduledTaskStatus> condition) {
        return awaits(TASK, condition);
    }

    private CrmScheduledTaskStatus awaits(String task, Predicate<CrmScheduledTaskStatus> condition) {
        return cluster.awaitTask(task, SOON, it -> it.getStatus() != null && condition.test(it.getStatus()))
                .getStatus();
    }
}
