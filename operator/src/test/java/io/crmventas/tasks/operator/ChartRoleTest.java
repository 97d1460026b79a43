package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The integration tests run with the role in {@code operator-role.yaml}. The chart has to grant the same role. */
class ChartRoleTest {
    private static final Path CHART = Path.of("../helm/crm-task-operator/files/rbac");
    private static final Path TESTED = Path.of("src/test/resources/operator-role.yaml");

    @Test
    void chartGrantsTheTestedClusterRole() throws IOException {
        List<PolicyRule> granted = new ArrayList<>(chart("tasks.yaml"));
        granted.addAll(chart("named-namespaces.yaml"));
        if (Files.exists(CHART.resolve("cluster.yaml"))) {
            granted.addAll(chart("cluster.yaml"));
        }
        assertEquals(
                tested(ClusterRole.class).getRules(), granted, CHART + " and " + TESTED + " must have the same rules");
    }

    @Test
    void chartGrantsTheTestedRoleInTheOperatorsNamespace() throws IOException {
        assertEquals(
                tested(Role.class).getRules(),
                chart("own-namespace.yaml"),
                CHART + " and " + TESTED + " must have the same rules");
    }

    private static <T extends HasMetadata> T tested(Class<T> kind) throws IOException {
        return Arrays.stream(Files.readString(TESTED).split("---\n", -1))
                .map(document -> (HasMetadata) Serialization.unmarshal(document, KubernetesResource.class))
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static List<PolicyRule> chart(String file) throws IOException {
        return Arrays.asList(Serialization.unmarshal(Files.readString(CHART.resolve(file)), PolicyRule[].class));
    }
}
