package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of a release: install, upgrade, test, roll back, uninstall. Each step goes on where the last one ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartE2E {
    private static final String RELEASE = "crm-task-operator";
    private static final String CHART = "helm/crm-task-operator";
    private static final String CRD = "crmscheduledtasks.crmventas.io";
    private static final String BROUGHT_BY = "crmventas.io/definition-version";
    private static final Duration SOON = Duration.ofSeconds(60);
    private final Cluster cluster = new Cluster("crm-chart");

    @BeforeAll
    void crm() {
        cluster.installCrm();
    }

    @AfterAll
    void end() {
        cluster.kubectl("delete", "namespace", cluster.namespace, "--wait");
        cluster.close();
    }

    /** Only when nobody's tasks would go with it: a demo may live in the same cluster. */
    @Test
    @Order(1)
    void installsWithTheDefinitionAndTasksOfItsOwnInOneGo() {
        if (!cluster.kubectl("get", "crd", "-o", "name").contains(CRD)
                || cluster.kubectl("get", "crmtask", "--all-namespaces", "-o", "name", "--ignore-not-found")
                        .isBlank()) {
            cluster.kubectl("delete", "crd", CRD, "--ignore-not-found", "--wait");
        }
        long begun = System.nanoTime();
        String said = cluster.release("install", "--set", "profile=production");
        assertTrue(said.matches("(?s).*LOG_LEVEL .of the operator. +WARNING +profile production.*"), said);
        assertTrue(
                said.matches("(?s).*LOG_LEVEL .of the runs. +INFO +ENABLE_TASK_LOGGING .profile production.*"), said);
        cluster.awaitFourTasksReady(SOON);
        System.out.println("helm install to four tasks ready, ms: " + millisSince(begun));
        cluster.kubectl("annotate", "crmtask", "cleanup", "crmventas.io/run-requested=first");
        cluster.awaitTask("cleanup", Duration.ofMinutes(2), it -> Cluster.is(it, "LastRunSucceeded", "True"));
        System.out.println("helm install to the first successful run, ms: " + millisSince(begun));
    }

    @Test
    @Order(2)
    void passesItsOwnTestsAndDoesWhatThePagesShow() {
        String said = cluster.passTestsOfTheRelease();
        assertTrue(said.contains("GET /health/readiness: 200"), said);
        assertTrue(said.contains("rights granted"), said);
        System.out.print(cluster.script("e2e/docs/live", cluster.namespace));
    }

    @Test
    @Order(3)
    void upgradesTasksAndDefinitionAndLetsAHandStoppedTaskBe() {
        cluster.kubectl("annotate", "crmtask", "cleanup", "crmventas.io/paused=by hand");
        describe("an older one");
        // More than a third of a year.
        validFor(Duration.ofDays(130));
        String key = tlsKey();
        cluster.release(
                "upgrade", "--set", "profile=production", "--set", "settings.METRICS_REFRESH_INTERVAL_MINUTES=20");
        assertFalse(description().contains("an older one"), "the Job brought the definition of this release");
        String version = definition().require().getMetadata().getAnnotations().get(BROUGHT_BY);
        assertTrue(cluster.helm("show", "chart", CHART).contains("appVersion: " + version), version);
        cluster.awaitTask(
                "metrics-refresh",
                SOON,
                it -> "20m".equals(it.getSpec().interval())
                        && Objects.equals(it.getMetadata().getGeneration(), observed(it)));
        assertEquals(key, tlsKey(), "whoever trusts the certificate still does");
        assertEquals("by hand", task("cleanup").getMetadata().getAnnotations().get("crmventas.io/paused"));
    }

    @Test
    @Order(4)
    void rollsBack() {
        String key = tlsKey();
        cluster.helm("rollback", RELEASE, "1", "--wait", "--timeout", "120s");
        cluster.awaitTask(
                "metrics-refresh",
                SOON,
                it -> "15m".equals(it.getSpec().interval())
                        && Objects.equals(it.getMetadata().getGeneration(), observed(it)));
        assertEquals(key, tlsKey());
        assertEquals("by hand", task("cleanup").getMetadata().getAnnotations().get("crmventas.io/paused"));
    }

    @Test
    @Order(5)
    void goesOnWithHelm4AndRenewsWhatIsDueButNotTheDefinitionOfANewerRelease() {
        describe("a newer one");
        cluster.kubectl("annotate", "crd", CRD, "--overwrite", BROUGHT_BY + "=99.0.0");
        validFor(Duration.ofDays(100));
        String key = tlsKey();
        String said = cluster.helm4(
                "upgrade", RELEASE, CHART, "--reuse-values", "--set", "profile=staging", "--wait", "--timeout", "120s");
        assertNotEquals(key, tlsKey());
        assertTrue(said.contains("The control port has a new certificate"), said);
        assertEquals("a newer one", description());
        assertTrue(said.contains("The resource definition is that of 99.0.0"), said);
        // Ours again: Helm 4 does not install over a definition that somebody edited.
        cluster.kubectl("annotate", "crd", CRD, BROUGHT_BY + "-");
        cluster.helm("upgrade", RELEASE, CHART, "--reuse-values");
        assertNotEquals("a newer one", description(), "nothing says any more that it is newer");
        cluster.awaitTask("cleanup", SOON, it -> Cluster.is(it, "Ready", "True"));
    }

    @Test
    @Order(6)
    void uninstallsButForTheDefinitionAndOtherPeoplesTasks() {
        cluster.apply("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: mine}
                spec: {task: cleanup, interval: 5m, enabled: false}
                """);
        cluster.helm("uninstall", RELEASE, "--wait");
        String ours = "app.kubernetes.io/instance=" + RELEASE;
        assertEquals(
                "",
                cluster.kubectl(
                                "get",
                                "deployments,services,secrets,serviceaccounts,roles,rolebindings,networkpolicies",
                                "-l",
                                ours,
                                "-o",
                                "name")
                        .strip());
        // Their names begin with the namespace: another release, as of the demo, has its own.
        assertEquals(
                List.of(),
                cluster.kubectl("get", "clusterroles,clusterrolebindings", "-l", ours, "-o", "name")
                        .lines()
                        .filter(name -> name.contains("/" + cluster.namespace + "-"))
                        .toList());
        assertNotNull(definition().get());
        assertEquals("mine", task("mine").getMetadata().getName());
        // The garbage collector may miss the earlier CronJobs, for the definition was edited just before.
        List<String> install = new ArrayList<>(List.of("install", RELEASE, CHART, "--wait", "--timeout", "120s"));
        install.addAll(cluster.images());
        install.addAll(cluster.watchingOwnNamespace());
        cluster.helm4(install.toArray(String[]::new));
        cluster.helm4("uninstall", RELEASE, "--wait");
    }

    private CrmScheduledTask task(String name) {
        return cluster.tasks().inNamespace(cluster.namespace).withName(name).require();
    }

    private Resource<CustomResourceDefinition> definition() {
        return cluster.client.apiextensions().v1().customResourceDefinitions().withName(CRD);
    }

    private void describe(String text) {
        definition().edit(other -> {
            other.getSpec()
                    .getVersions()
                    .getFirst()
                    .getSchema()
                    .getOpenAPIV3Schema()
                    .setDescription(text);
            return other;
        });
    }

    /** What the chart believes of its certificate. */
    private void validFor(Duration rest) {
        Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(rest);
        cluster.kubectl(
                "annotate", "secret", RELEASE + "-control-tls", "--overwrite", "crmventas.io/valid-until=" + until);
    }

    private String description() {
        return definition()
                .require()
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getDescription();
    }

    private String tlsKey() {
        Map<String, String> data = cluster.client
                .secrets()
                .inNamespace(cluster.namespace)
                .withName(RELEASE + "-control-tls")
                .require()
                .getData();
        return data.get("tls.key");
    }

    private static Long observed(CrmScheduledTask task) {
        return task.getStatus() == null ? null : task.getStatus().observedGeneration();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
