package io.crmventas.tasks.operator.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperatorConfigTest {
    private static final Map<String, String> MINIMUM =
            Map.of("RUNNER_IMAGE", "runner:1", "POD_NAMESPACE", "crm-system");

    @Test
    void needsOnlyImageAndNamespace() {
        OperatorConfig config = OperatorConfig.from(MINIMUM);
        assertEquals("runner:1", config.runner().image());
        assertEquals(
                Map.of("default", new Database("crm-database", Optional.empty())),
                config.runner().catalog().databases());
        assertEquals(
                new Quantity("96Mi"),
                profile(config, "default").resources().getRequests().get("memory"));
        assertEquals(Optional.empty(), config.runner().redis());
        assertEquals(Set.of("crm-system"), config.namespaces());
        assertTrue(config.scheduling().enabled());
        assertTrue(config.leaderElection().isPresent());
        assertEquals(8080, config.ports().health());
        assertEquals(8081, config.ports().probes());
        assertEquals(8443, config.ports().control().orElseThrow().port());
        assertEquals(Optional.empty(), with("CONTROL_PORT", "0").ports().control());
        assertTrue(config.scheduling().preflight());
        assertFalse(with("PREFLIGHT", "false").scheduling().preflight());
        assertEquals("INFO", config.reporting().logLevel());
        assertEquals(
                new RunnerSettings.Log("INFO", false, true), config.runner().log());
    }

    @Test
    void readsAllSettings() {
        Map<String, String> environment = new HashMap<>(MINIMUM);
        environment.putAll(Map.of(
                "WATCH_NAMESPACES", "crm-a, crm-b",
                "ENABLE_SCHEDULED_TASKS", "False",
                "LEADER_ELECTION", "false",
                "REDIS_HOST", "redis",
                "REDIS_SECRET_NAME", " ",
                "LOG_LEVEL", "debug",
                "RUNNER_LOG_LEVEL", "WARN",
                "LOG_FORMAT", "json",
                "RUNNER_IMAGE_PULL_SECRETS", "one,two",
                "RUNNER_PROFILES", "{\"large\": {\"resources\": {\"limits\": {\"memory\": \"1Gi\"}}}}"));
        OperatorConfig config = OperatorConfig.from(environment);
        assertEquals(Set.of("crm-a", "crm-b"), config.namespaces());
        assertFalse(config.scheduling().enabled());
        assertEquals(Optional.empty(), config.leaderElection());
        assertEquals(Optional.of("redis"), config.runner().redis().orElseThrow().host());
        assertEquals(Optional.empty(), config.runner().redis().orElseThrow().secret());
        assertEquals("DEBUG", config.reporting().logLevel());
        assertEquals(
                new RunnerSettings.Log("WARNING", true, true), config.runner().log());
        assertEquals(List.of("one", "two"), config.runner().imagePullSecrets());
        assertEquals(
                Map.of("memory", new Quantity("1Gi")),
                profile(config, "large").resources().getLimits());
    }

    @Test
    void watchesAllNamespacesOnlyOnRequest() {
        assertEquals(Set.of(), with("WATCH_ALL_NAMESPACES", "true").namespaces());
        assertEquals(Set.of("crm-a"), with("WATCH_NAMESPACES", "crm-a").namespaces());
        Map<String, String> both = new HashMap<>(MINIMUM);
        both.putAll(Map.of("WATCH_ALL_NAMESPACES", "true", "WATCH_NAMESPACES", "crm-a"));
        assertThrows(IllegalArgumentException.class, () -> OperatorConfig.from(both));
        assertThrows(
                IllegalArgumentException.class,
                () -> OperatorConfig.from(Map.of("RUNNER_IMAGE", "runner:1", "LEADER_ELECTION", "false")));
    }

    @Test
    void allReplicasHaveTheSameFingerprintOfTheSettings() {
        String before = with("POD_NAME", "operator-a").reporting().fingerprint();
        assertEquals(before, with("POD_NAME", "operator-b").reporting().fingerprint());
        assertTrue(before.matches("[0-9a-f]{12}"), before);
        assertNotEquals(before, with("LOG_LEVEL", "DEBUG").reporting().fingerprint());
        assertNotEquals(before, with("RUNNER_IMAGE", "runner:2").reporting().fingerprint());
        assertNotEquals(before, with("REDIS_HOST", "redis").reporting().fingerprint());
        assertNotEquals(
                before,
                with("RUNNER_PROFILES", "{\"default\": {\"priorityClassName\": \"low\"}}")
                        .reporting()
                        .fingerprint());
    }

    @Test
    void theFingerprintIgnoresTheVariablesOfExtraTasks() {
        assertEquals(
                with("EXTRA_TASKS", "{\"sync\": {\"image\": \"sync:1\", \"env\": {\"TOKEN\": \"a\"}}}")
                        .reporting()
                        .fingerprint(),
                with("EXTRA_TASKS", "{\"sync\": {\"image\": \"sync:1\", \"env\": {\"TOKEN\": \"b\"}}}")
                        .reporting()
                        .fingerprint());
    }

    private static RunnerProfile profile(OperatorConfig config, String name) {
        return Objects.requireNonNull(config.runner().catalog().profiles().get(name));
    }

    private static OperatorConfig with(String name, String value) {
        Map<String, String> environment = new HashMap<>(MINIMUM);
        environment.put(name, value);
        return OperatorConfig.from(environment);
    }

    @Test
    void reportsAllMistakesAtOnce() {
        IllegalArgumentException invalid = assertThrows(
                IllegalArgumentException.class,
                () -> OperatorConfig.from(Map.of(
                        "ENABLE_SCHEDULED_TASKS", "maybe",
                        "HEALTH_PORT", "http",
                        "PROBE_PORT", "65536",
                        "REDIS_PORT", "0",
                        "LOG_LEVEL", "LOUD",
                        "RUNNER_IMAGE_PULL_POLICY", "Sometimes",
                        "RUNNER_PROFILES", "{\"default\": {\"resources\": {\"limits\": {\"memory\": \"much\"}}}}",
                        "DATABASES", "{\"a\": {}}")));
        String message = String.valueOf(invalid.getMessage());
        for (String name : List.of(
                "RUNNER_IMAGE ",
                "POD_NAMESPACE",
                "ENABLE_SCHEDULED_TASKS",
                "HEALTH_PORT",
                "PROBE_PORT",
                "REDIS_PORT",
                "LOG_LEVEL",
                "RUNNER_IMAGE_PULL_POLICY",
                "RUNNER_PROFILES",
                "DATABASES")) {
            assertTrue(message.contains(name), () -> name + " in " + message);
        }
    }
}
