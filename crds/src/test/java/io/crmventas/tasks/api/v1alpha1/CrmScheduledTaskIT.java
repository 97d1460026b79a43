package io.crmventas.tasks.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.testing.Eventually;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends each file in valid/, invalid/ and samples/ to a real API server, which has the CRD. */
@ExtendWith(LocalApiServerExtension.class)
class CrmScheduledTaskIT {
    private static final Path CRD = Path.of("crmscheduledtasks.crmventas.io.yaml");

    @BeforeAll
    static void installCrd(LocalApiServer server) {
        server.apply(CRD);
        // The API server publishes the schema a moment after the CRD is established, and discovery comes before it.
        Eventually.within(Duration.ofSeconds(30), () -> published(server), () -> "kubectl cannot explain the CRD");
    }

    private static boolean published(LocalApiServer server) {
        try {
            return server.kubectl("explain", "crmtask.spec").contains("whole minutes from 1m to 366d");
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void acceptsValidTasks(Path file, LocalApiServer server) {
        assertTrue(create(server, file).contains("created"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesInvalidTasksAndNamesFieldAndFix(Path file, LocalApiServer server) throws IOException {
        String expected =
                Files.readAllLines(file).getFirst().replace("# expect: ", "").strip();
        Throwable refusal = assertThrows(Throwable.class, () -> create(server, file));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains(expected),
                () -> "expected \"" + expected + "\" in: " + refusal.getMessage());
        assertFalse(refusal.getMessage().contains("no such key"), refusal::getMessage);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/bounds.csv", delimiter = '|')
    void acceptsTheBoundsOfAFieldAndNothingBeyond(
            String spec, String accepted, String refused, String message, LocalApiServer server) {
        for (String value : values(accepted)) {
            assertEquals("", refusal(server, "any", spec.replace("$", value)), value);
        }
        for (String value : values(refused)) {
            String refusal = refusal(server, "any", spec.replace("$", value));
            assertTrue(refusal.contains(message), () -> value + ": " + refusal);
        }
    }

    @ParameterizedTest
    @CsvSource({"52, 1, true", "53, 1, false", "52, 10, true", "51, 11, true", "52, 11, false"})
    void acceptsANameOfWhichKubernetesCanMakeTheNamesOfJobsAndHosts(
            int length, int shards, boolean accepted, LocalApiServer server) {
        String refusal = refusal(server, "a".repeat(length), "{task: cleanup, interval: 5m, shards: " + shards + "}");
        assertEquals(accepted, refusal.isEmpty(), refusal);
    }

    @Test
    void acceptsADotInTheNameOfATaskWithOneShard(LocalApiServer server) {
        assertEquals("", refusal(server, "cleanup.eu", "{task: cleanup, interval: 5m}"));
    }

    /** The description of each parameter begins with the tasks that have it. */
    @ParameterizedTest
    @ValueSource(strings = {"notification-checks", "metrics-refresh", "cleanup", "daily-reports"})
    void acceptsTheParametersOfItsTaskOnly(String task, LocalApiServer server) throws IOException {
        JsonNode parameters = Serialization.unmarshal(Files.readString(CRD), JsonNode.class)
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/parameters/properties");
        Map<String, String> values = Map.of("language", "es", "performanceFrom", "'12:00'");
        parameters.properties().forEach(parameter -> {
            JsonNode schema = parameter.getValue();
            String otherwise = "string".equals(schema.get("type").asText()) ? "3d" : "7";
            String value = values.getOrDefault(parameter.getKey(), otherwise);
            String spec = "{task: %s, interval: 5m, parameters: {%s: %s}}".formatted(task, parameter.getKey(), value);
            boolean known = schema.get("description").asText().split(":", 2)[0].contains(task);
            String refusal = refusal(server, "any", spec);
            assertEquals(known, refusal.isEmpty(), () -> spec + " " + refusal);
        });
    }

    @Test
    void setsTheDefaultsThatTheDescriptionsName(LocalApiServer server) {
        JsonNode created =
                create(server, "any", "{task: cleanup, interval: 5m, retry: {}, freshness: {}, history: {}}");
        assertEquals(Serialization.unmarshal("""
                task: cleanup
                interval: 5m
                enabled: true
                missedRuns: RunOnce
                overlap: Skip
                timeout: 5m
                retry: {limit: 2, initialDelay: 5s, maxDelay: 60s}
                freshness: {missedRuns: 2, grace: 5m}
                history: {succeeded: 3, failed: 1, entries: 10}
                pauseAfterFailures: 0
                shards: 1
                database: default
                runnerProfile: default
                """, JsonNode.class), created.get("spec"));
    }

    @Test
    void refusesAChangeOfTheTask(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/cleanup.yaml");
        Throwable refusal = assertThrows(
                Throwable.class,
                () -> server.kubectl(
                        "patch",
                        "-n",
                        "kube-public",
                        "crmtask",
                        "cleanup",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"task\":\"metrics-refresh\"}}"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("spec.task cannot change"), refusal::getMessage);
    }

    @Test
    void showsItsColumnsInReadingOrder(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/metrics-refresh.yaml");
        String header = server.kubectl("get", "cst", "-n", "kube-public", "-o", "wide")
                .lines()
                .findFirst()
                .orElseThrow();
        assertEquals(
                List.of(
                        "NAME",
                        "TASK",
                        "SCHEDULE",
                        "STATE",
                        "LAST-RUN",
                        "RESULT",
                        "NEXT",
                        "AGE",
                        "ZONE",
                        "DURATION",
                        "FAILS",
                        "LAST-SUCCESS",
                        "REASON"),
                List.of(header.strip().split("\\s+")));
        assertTrue(server.kubectl("get", "crm", "-n", "kube-public").contains("metrics-refresh"), "category crm");
    }

    @Test
    void showsTheStateAndItsReason(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/notification-checks.yaml");
        patchStatus(server, """
                {"status": {"observedGeneration": 1, "state": "Waiting", "stateReason": "PreflightFailed"}}""");
        String row =
                server.kubectl("get", "cst", "-n", "kube-public", "notification-checks", "-o", "wide", "--no-headers");
        assertTrue(row.contains("Waiting"), row);
        assertTrue(row.contains("PreflightFailed"), row);
    }

    @Test
    void refusesAStatusThatLacksANeededField(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/notification-checks.yaml");
        Throwable refusal = assertThrows(
                Throwable.class, () -> patchStatus(server, "{\"status\": {\"preflight\": {\"attempts\": 1}}}"));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("status.preflight.specHash: Required value"),
                refusal::getMessage);
    }

    private static void patchStatus(LocalApiServer server, String patch) {
        server.kubectl(
                "patch",
                "-n",
                "kube-public",
                "crmtask",
                "notification-checks",
                "--subresource=status",
                "--type=merge",
                "-p",
                patch);
    }

    @Test
    void statusOfANewTaskShowsThatNoOperatorHasReconciledIt(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/daily-reports.yaml");
        String status = server.kubectl("get", "cst", "-n", "kube-public", "daily-reports", "-o", "jsonpath={.status}");
        assertEquals("{\"observedGeneration\":-1}", status);
    }

    @Test
    void kubectlExplainShowsTheDescriptions(LocalApiServer server) {
        String manual = server.kubectl("explain", "crmtask.spec", "--recursive=false");
        assertTrue(manual.contains("whole minutes from 1m to 366d"), manual);
    }

    private static List<String> values(String cell) {
        return List.of(cell.split("; ", -1));
    }

    /** @return why the API server refuses the task, or nothing if it accepts it */
    private static String refusal(LocalApiServer server, String name, String spec) {
        try {
            create(server, name, spec);
            return "";
        } catch (KubernetesClientException refused) {
            return refused.getMessage();
        }
    }

    private static JsonNode create(LocalApiServer server, String name, String spec) {
        HasMetadata resource = Serialization.unmarshal("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: %s}
                spec: %s
                """.formatted(name, spec), GenericKubernetesResource.class);
        HasMetadata created = server.client()
                .resource(resource)
                .inNamespace("default")
                .dryRun()
                .create();
        return Serialization.unmarshal(Serialization.asJson(created), JsonNode.class);
    }

    private static String create(LocalApiServer server, Path file) {
        return server.kubectl("create", "--dry-run=server", "--validate=strict", "-f", file.toString());
    }

    static Stream<Path> valid() throws IOException {
        return Stream.concat(list(Path.of("src/test/resources/valid")), list(Path.of("samples")));
    }

    static Stream<Path> invalid() throws IOException {
        return list(Path.of("src/test/resources/invalid"));
    }

    private static Stream<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }
}
