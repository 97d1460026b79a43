package io.crmventas.tasks.e2e;

import io.crmventas.tasks.testing.LocalApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Sends the chart with each values file to an API server. The namespace has no tasks, with which a dry run would be merged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartValuesE2E {
    private static final String CHART = "helm/crm-task-operator";
    private static final String CRD = "crds/crmscheduledtasks.crmventas.io.yaml";

    private final Cluster cluster = new Cluster("crm-values");
    /** The CRDs of other projects that this test created and deletes at its end. */
    private final List<String> foreign = new ArrayList<>();

    @BeforeAll
    void createCrds() {
        cluster.kubectl("create", "namespace", cluster.namespace);
        cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", CRD);
        awaitEstablished(CRD);
        createForeignCrds();
    }

    @AfterAll
    void end() {
        cluster.kubectl("delete", "namespace", cluster.namespace, "--wait");
        foreign.forEach(file -> cluster.kubectl("delete", "-f", file));
        cluster.close();
    }

    @TestFactory
    Stream<DynamicTest> apiServerAcceptsTheObjectsOfEveryValuesFile() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", CHART, "ci"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("-values.yaml"))
                    .sorted()
                    .toList()
                    .stream()
                    .map(name -> DynamicTest.dynamicTest(name, () -> {
                        String manifests = cluster.helm(
                                "template",
                                "other",
                                CHART,
                                "--kube-version=1.34.4",
                                "--values",
                                CHART + "/ci/images.yaml",
                                "--values",
                                CHART + "/ci/" + name,
                                "--set",
                                name.startsWith("namespaced")
                                        ? "watchNamespaces={" + cluster.namespace + "}"
                                        : "tests.enabled=false",
                                "--no-hooks");
                        cluster.apply(manifests, "--dry-run=server", "--server-side", "--force-conflicts");
                    }));
        }
    }

    private void createForeignCrds() {
        for (String file : cluster.script("e2e/chart/foreign").lines().toList()) {
            if (cluster.kubectl("get", "-f", file, "-o", "name", "--ignore-not-found")
                    .isBlank()) {
                cluster.kubectl("create", "-f", file);
                foreign.add(file);
            }
            awaitEstablished(file);
        }
    }

    private void awaitEstablished(String file) {
        String name = cluster.kubectl("get", "-f", file, "-o", "jsonpath={.metadata.name}");
        LocalApiServer.awaitEstablished(
                cluster.client.apiextensions().v1().customResourceDefinitions().withName(name));
    }
}
