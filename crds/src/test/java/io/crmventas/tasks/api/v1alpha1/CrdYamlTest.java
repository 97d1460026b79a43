package io.crmventas.tasks.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CRD in Git and the copy in the chart are equal to the CRD that the records generate. */
class CrdYamlTest {
    private static final Path CHECKED_IN = Path.of("crmscheduledtasks.crmventas.io.yaml");
    private static final Path CHART_COPY =
            Path.of("../helm/crm-task-operator/crds/crmscheduledtasks.crmventas.io.yaml");

    @Test
    void crdInGitEqualsTheGeneratedOne(@TempDir Path folder) throws IOException {
        String generated = CrdDefinition.generate(folder);
        if (Boolean.getBoolean("crd.write")) {
            Files.writeString(CHECKED_IN, generated);
            Files.createDirectories(CHART_COPY.getParent());
            Files.writeString(CHART_COPY, generated);
        }
        assertEquals(
                generated,
                Files.readString(CHECKED_IN),
                "The CRD is out of date: run ./mvnw -pl crds test -Dtest=CrdYamlTest -Dcrd.write=true");
    }

    @Test
    void crdInTheChartEqualsTheCrdInGit() throws IOException {
        assertEquals(Files.readString(CHECKED_IN), Files.readString(CHART_COPY));
    }

    @Test
    void everyFieldOfSpecAndStatusHasADescription(@TempDir Path folder) throws IOException {
        Map<?, ?> crd = Serialization.unmarshal(CrdDefinition.generate(folder), Map.class);
        List<String> silent = new ArrayList<>();
        collectSilent("", crd, silent);
        assertEquals(List.of(), silent, "fields that kubectl explain shows without a description");
        assertTrue(crd.toString().contains("x-kubernetes-list-map-keys"), "conditions merge by type");
    }

    /** Skips the fields of Kubernetes' own types (tolerations), which Kubernetes describes. */
    private static void collectSilent(String path, Object node, List<String> silent) {
        if (node instanceof Map<?, ?> map) {
            Object properties = map.get("properties");
            if (properties instanceof Map<?, ?> fields && !path.endsWith("/tolerations/items")) {
                fields.forEach((name, field) -> {
                    if (field instanceof Map<?, ?> schema
                            && !"metadata".equals(name)
                            && schema.get("description") == null) {
                        silent.add(path + "/" + name);
                    }
                });
            }
            map.forEach(
                    (key, value) -> collectSilent("properties".equals(key) ? path : path + "/" + key, value, silent));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> collectSilent(path, value, silent));
        }
    }
}
