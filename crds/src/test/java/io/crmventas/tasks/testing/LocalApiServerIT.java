package io.crmventas.tasks.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalApiServerExtension.class)
class LocalApiServerIT {
    @Test
    void storesAndAuditsACreatedResource(LocalApiServer server) {
        server.client().configMaps().resource(named("audited")).create();
        assertEquals("configmap/audited\n", server.kubectl("get", "configmap", "audited", "-o", "name"));
        assertEquals(
                1,
                server.auditLog().stream()
                        .filter(line -> line.contains("\"verb\":\"create\"") && line.contains("\"name\":\"audited\""))
                        .count());
    }

    @Test
    void refusesAUserWithoutARole(LocalApiServer server) {
        KubernetesClient powerless = server.clientAs("powerless");
        KubernetesClientException refusal = assertThrows(
                KubernetesClientException.class,
                () -> powerless.configMaps().resource(named("forbidden")).create());
        assertEquals(403, refusal.getCode());
    }

    private static ConfigMap named(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }
}
