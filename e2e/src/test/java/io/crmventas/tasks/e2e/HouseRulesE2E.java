package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The namespace has a quota and a LimitRange, and every pod in it gets a proxy, as in e2e/chart/house-rules.yaml. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HouseRulesE2E {
    private static final Path RULES = Path.of("chart", "house-rules.yaml");

    private final Cluster cluster = new Cluster("crm-house");
    private boolean proxied;

    @BeforeAll
    void createNamespaceWithRules() throws IOException {
        proxied = cluster.kubectl("api-resources", "--api-group=admissionregistration.k8s.io", "-o", "name")
                .contains("mutatingadmissionpolicies");
        assumeTrue(proxied, "the API server has no MutatingAdmissionPolicy, so nothing injects a proxy into the pods");
        cluster.installCrm();
        cluster.apply(Files.readString(RULES).replace("crm-task-operator/listening:0.2.0", Cluster.image("listening")));
    }

    @AfterAll
    void end() {
        if (proxied) {
            cluster.kubectl(
                    "delete",
                    "--ignore-not-found",
                    "mutatingadmissionpolicybinding,mutatingadmissionpolicy",
                    "house-proxy");
            cluster.helm("uninstall", "crm-task-operator", "--wait", "--ignore-not-found");
            cluster.deleteNamespace();
        }
        cluster.close();
    }

    @Test
    @Order(1)
    void releaseInstallsAndRunsWithAnInjectedProxy() {
        release("install");
        cluster.awaitFourTasksReady(Duration.ofSeconds(90));
        Run run = cluster.runNow("metrics-refresh", "beside-a-proxy");
        assertEquals("Succeeded", run.result(), run::toString);
        assertEquals(List.of("proxy"), injected(run));
    }

    @Test
    @Order(2)
    void releasePassesTheTestsOfTheChart() {
        cluster.passTestsOfTheRelease();
    }

    /** The label that docs/faq.md shows for a proxy that does not end by itself. */
    @Test
    @Order(3)
    void upgradeExcludesTheRunsFromTheProxy() {
        release("upgrade", "--set-string", "runner.profiles.default.labels.sidecar\\.istio\\.io/inject=false");
        Run run = cluster.runNow("cleanup", "without-a-proxy");
        assertEquals("Succeeded", run.result(), run::toString);
        assertEquals(List.of(), injected(run));
    }

    @Test
    @Order(4)
    void fullQuotaIsNamedAndTheRunStartsAfterTheQuotaIsRaised() {
        allowPods(1);
        cluster.kubectl("annotate", "--overwrite", "crmtask", "cleanup", "crmventas.io/run-requested=no-room");
        CrmScheduledTask refused = cluster.awaitTask(
                "cleanup",
                Duration.ofSeconds(60),
                it -> Cluster.condition(it, "Ready").message().contains("exceeded quota: house"));
        assertTrue(Cluster.is(refused, "Ready", "False"), () -> String.valueOf(refused));
        allowPods(40);
        cluster.awaitTask("cleanup", Duration.ofMinutes(2), it -> Cluster.is(it, "Ready", "True"));
    }

    /** A scheduled run of cleanup would delete the rows that the requested run is to delete. */
    private void release(String verb, String... more) {
        List<String> all =
                new ArrayList<>(List.of("--set", "profile=production", "--set", "tasks.cleanup.schedule=0 0 29 2 *"));
        all.addAll(List.of(more));
        cluster.release(verb, all.toArray(String[]::new));
    }

    private void allowPods(int pods) {
        cluster.kubectl(
                "patch",
                "resourcequota",
                "house",
                "--type=merge",
                "-p",
                "{\"spec\":{\"hard\":{\"pods\":\"" + pods + "\"}}}");
    }

    /** The containers that an admission policy injected into the pod of a run. */
    private List<String> injected(Run run) {
        return cluster
                .client
                .pods()
                .inNamespace(cluster.namespace)
                .withLabel("batch.kubernetes.io/job-name", run.jobName())
                .list()
                .getItems()
                .stream()
                .flatMap(pod -> pod.getSpec().getInitContainers().stream())
                .map(Container::getName)
                .toList();
    }
}
