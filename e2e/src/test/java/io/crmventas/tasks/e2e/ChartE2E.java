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

/** The life of a release: install, test, upgrade, roll back, uninstall. Each test uses the release of the test before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartE2E {
    private static final String RELEASE = "crm-task-operator";
    private static final String CHART = "helm/crm-task-operator";
    private static final String CRD = "crmscheduledtasks.crmventas.io";
    private static final String APPLIED_BY = "crmventas.io/definition-version";
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

    /** Deletes the CRD only if no other tasks exist, which Kubernetes would delete too: a demo can run in the same cluster. */
    @Test
    @Order(1)
    void installCreatesTheCrdAndTheTasksOfTheRelease() {
        if (!cluster.kubectl("get", "crd", "-o", "name").contains(CRD)
                || cluster.kubectl("get", "crmtask", "--all-namespaces", "-o", "name", "--ignore-not-found")
                        .isBlank()) {
            cluster.kubectl("delete", "crd", CRD, "--ignore-not-found", "--wait");
        }
        long begun = System.nanoTime();
        String output = cluster.release("install", "--set", "profile=production");
        assertTrue(output.matches("(?s).*LOG_LEVEL .of the operator. +WARNING +profile production.*"), output);
        assertTrue(
                output.matches("(?s).*LOG_LEVEL .of the runs. +INFO +ENABLE_TASK_LOGGING .profile production.*"),
                output);
        cluster.awaitFourTasksReady(SOON);
        System.out.println("helm install to four tasks ready, ms: " + millisSince(begun));
        cluster.kubectl("annotate", "crmtask", "cleanup", "crmventas.io/run-requested=first");
        cluster.awaitTask("cleanup", Duration.ofMinutes(2), it -> Cluster.is(it, "LastRunSucceeded", "True"));
        System.out.println("helm install to the first successful run, ms: " + millisSince(begun));
    }

    @Test
    @Order(2)
    void releasePassesItsTestsAndTheExamplesOfTheManual() {
        String output = cluster.passTestsOfTheRelease();
        assertTrue(output.contains("GET /health/readiness: 200"), output);
        assertTrue(output.contains("permissions granted"), output);
        System.out.print(cluster.script("e2e/docs/live", cluster.namespace));
    }

    @Test
    @Order(3)
    void upgradeUpdatesTasksAndCrdAndKeepsAPause() {
        cluster.kubectl("annotate", "crmtask", "cleanup", "crmventas.io/paused=maintenance");
        describe("an older one");
        // More than a third of a year, so the chart keeps the certificate.
        validFor(Duration.ofDays(130));
        String key = tlsKey();
        cluster.release(
                "upgrade", "--set", "profile=production", "--set", "settings.METRICS_REFRESH_INTERVAL_MINUTES=20");
        assertFalse(description().contains("an older one"), "the Job applied the CRD of this release");
        String version = crd().require().getMetadata().getAnnotations().get(APPLIED_BY);
        assertTrue(cluster.helm("show", "chart", CHART).contains("appVersion: " + version), version);
        cluster.awaitTask(
                "metrics-refresh",
                SOON,
                it -> "20m".equals(it.getSpec().interval())
                        && Objects.equals(it.getMetadata().getGeneration(), observed(it)));
        assertEquals(key, tlsKey(), "the certificate stays the same");
        assertEquals(
                "maintenance", task("cleanup").getMetadata().getAnnotations().get("crmventas.io/paused"));
    }

    @Test
    @Order(4)
    void rollbackRestoresTheTasksAndKeepsThePause() {
        String key = tlsKey();
        cluster.helm("rollback", RELEASE, "1", "--wait", "--timeout", "120s");
        cluster.awaitTask(
                "metrics-refresh",
                SOON,
                it -> "15m".equals(it.getSpec().interval())
                        && Objects.equals(it.getMetadata().getGeneration(), observed(it)));
        assertEquals(key, tlsKey());
        assertEquals(
                "maintenance", task("cleanup").getMetadata().getAnnotations().get("crmventas.io/paused"));
    }

    @Test
    @Order(5)
    void upgradeByHelm4RenewsADueCertificateAndKeepsANewerCrd() {
        describe("a newer one");
        cluster.kubectl("annotate", "crd", CRD, "--overwrite", APPLIED_BY + "=99.0.0");
        validFor(Duration.ofDays(100));
        String key = tlsKey();
        String output = cluster.helm4(
                "upgrade", RELEASE, CHART, "--reuse-values", "--set", "profile=staging", "--wait", "--timeout", "120s");
        assertNotEquals(key, tlsKey());
        assertTrue(output.contains("The control port has a new certificate"), output);
        assertEquals("a newer one", description());
        assertTrue(output.contains("The CRD is that of release 99.0.0"), output);
        // The Job applies our CRD again: Helm 4 does not install over a CRD that another client edited.
        cluster.kubectl("annotate", "crd", CRD, APPLIED_BY + "-");
        cluster.helm("upgrade", RELEASE, CHART, "--reuse-values");
        assertNotEquals("a newer one", description(), "without the annotation the CRD counts as older");
        cluster.awaitTask("cleanup", SOON, it -> Cluster.is(it, "Ready", "True"));
    }

    @Test
    @Order(6)
    void uninstallKeepsTheCrdAndTheTasksOfOthers() {
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
        // The names begin with the namespace, because another release, as of the demo, has cluster roles too.
        assertEquals(
                List.of(),
                cluster.kubectl("get", "clusterroles,clusterrolebindings", "-l", ours, "-o", "name")
                        .lines()
                        .filter(name -> name.contains("/" + cluster.namespace + "-"))
                        .toList());
        assertNotNull(crd().get());
        assertEquals("mine", task("mine").getMetadata().getName());
        // The garbage collector can miss the earlier CronJobs, because the CRD was edited just before.
        List<String> install = new ArrayList<>(List.of("install", RELEASE, CHART, "--wait", "--timeout", "120s"));
        install.addAll(cluster.images());
        install.addAll(cluster.watchingOwnNamespace());
        cluster.helm4(install.toArray(String[]::new));
        cluster.helm4("uninstall", RELEASE, "--wait");
    }

    private CrmScheduledTask task(String name) {
        return cluster.tasks().inNamespace(cluster.namespace).withName(name).require();
    }

    private Resource<CustomResourceDefinition> crd() {
        return cluster.client.apiextensions().v1().customResourceDefinitions().withName(CRD);
    }

    private void describe(String text) {
        crd().edit(other -> {
            other.getSpec()
                    .getVersions()
                    .getFirst()
                    .getSchema()
                    .getOpenAPIV3Schema()
                    .setDescription(text);
            return other;
        });
    }

    /** Sets the end of the certificate that the chart reads. */
    private void validFor(Duration rest) {
        Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(rest);
        cluster.kubectl(
                "annotate", "secret", RELEASE + "-control-tls", "--overwrite", "crmventas.io/valid-until=" + until);
    }

    private String description() {
        return crd().require()
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
