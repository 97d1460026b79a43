package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A new task: its preflight, a task in another language, and an unknown task. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewTaskE2E {
    private final Cluster cluster = new Cluster("crm-e2e-new");
    private final CrmDatabase database = new CrmDatabase(cluster);

    @BeforeAll
    void install() {
        cluster.install();
    }

    @AfterAll
    void uninstall() {
        // Kubernetes does not delete cluster roles with the namespace.
        cluster.helm("uninstall", "crm-task-operator", "--wait");
        cluster.deleteNamespace();
        cluster.close();
    }

    @Test
    void taskWithoutItsTableIsNotScheduledUntilTheTableExists() {
        database.execute("alter table seller_metrics rename to seller_metrics_away");
        cluster.apply("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: metrics-refresh}
                spec: {task: metrics-refresh, interval: 1m}
                """);
        CrmScheduledTask kept = cluster.awaitTask(
                "metrics-refresh", Duration.ofSeconds(60), it -> Cluster.is(it, "Preflight", "False"));
        assertEquals("SchemaMismatch", Cluster.condition(kept, "Preflight").reason());
        assertTrue(Cluster.condition(kept, "Ready").message().contains("seller_metrics"), () -> String.valueOf(kept));
        assertEquals("PreflightFailed", Cluster.condition(kept, "Ready").reason());
        assertTrue(cronJobSuspended(), "it is not scheduled before its preflight");
        assertNull(kept.getStatus().lastRun());

        database.execute("alter table seller_metrics_away rename to seller_metrics");
        CrmScheduledTask started =
                cluster.awaitTask("metrics-refresh", Duration.ofSeconds(90), it -> Cluster.is(it, "Ready", "True"));
        assertEquals("True", Cluster.condition(started, "Preflight").status());
        assertNull(started.getStatus().lastRun(), "no run starts for earlier scheduled times");
        Run run = cluster.awaitTask("metrics-refresh", Duration.ofMinutes(2), it -> Cluster.lastRun(it) != null)
                .getStatus()
                .lastRun();
        assertEquals("Scheduled Succeeded", run.trigger() + " " + run.result(), run::toString);
    }

    @Test
    void taskInAnotherLanguageRunsAndReports() {
        cluster.kubectl("apply", "-f", "e2e/extra-task/listening.yaml");
        CrmScheduledTask ready =
                cluster.awaitTask("listening", Duration.ofSeconds(60), it -> Cluster.is(it, "Ready", "True"));
        assertEquals("Passed", Cluster.condition(ready, "Preflight").reason());
        Run good = cluster.runNow("listening", "first");
        assertEquals("Succeeded", good.result(), good::toString);
        assertEquals(Map.of("asked", 2L, "silent", 0L), good.counts());

        cluster.kubectl(
                "patch",
                "secret",
                "listening",
                "-p",
                "{\"stringData\":{\"addresses\":\"crm-postgres:5432 crm-redis:1\"}}");
        Run bad = cluster.runNow("listening", "second");
        assertEquals("Failed", bad.result(), bad::toString);
        assertEquals("NoServerListens", bad.reason());
        assertEquals("No server listens at crm-redis:1.", bad.message());
    }

    @Test
    void unknownTaskIsRefusedAndTheKnownOnesAreNamed() {
        cluster.apply("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: mistyped}
                spec: {task: listenin, interval: 5m}
                """);
        CrmScheduledTask task = cluster.awaitTask(
                "mistyped",
                Duration.ofSeconds(30),
                it -> "UnknownTask".equals(Cluster.condition(it, "Ready").reason()));
        assertTrue(
                Cluster.condition(task, "Ready").message().contains("daily-reports, listening"),
                () -> String.valueOf(task));
    }

    private boolean cronJobSuspended() {
        return cluster.client
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(cluster.namespace)
                .withName("metrics-refresh")
                .require()
                .getSpec()
                .getSuspend();
    }
}
