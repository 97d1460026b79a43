package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the program in a process of its own, because a process has one log configuration. */
class OperatorMainTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: none
            contexts: [{name: none, context: {cluster: none, user: none}}]
            clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: none, user: {token: none}}]
            """;

    @TempDir
    private Path folder;

    @Test
    void webhooksDoNotCreateALoggerBeforeItsSettings() throws IOException {
        Path webhooks = Files.writeString(
                folder.resolve("webhooks.json"),
                "{\"webhooks\": [{\"name\": \"ops\", \"url\": \"https://localhost/\"}]}");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), KUBECONFIG);
        ProcessBuilder java = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OperatorMain.class.getName()))
                .redirectErrorStream(true);
        java.environment()
                .putAll(Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        // The first line reports that nothing answers, so the client must not repeat its call.
                        "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0",
                        "RUNNER_IMAGE", "crm-job-runner:1",
                        "POD_NAMESPACE", "crm",
                        "WATCH_NAMESPACES", "crm",
                        "WEBHOOKS_FILE", webhooks.toString(),
                        "LOG_FORMAT", "json",
                        "HEALTH_PORT", "0",
                        "PROBE_PORT", "0",
                        "CONTROL_PORT", "0"));
        Process operator = java.start();
        try (BufferedReader output = operator.inputReader()) {
            String first = assertTimeoutPreemptively(Duration.ofMinutes(1), output::readLine);
            assertTrue(String.valueOf(first).startsWith("{\"time\":"), () -> "LOG_FORMAT is json, but: " + first);
        } finally {
            operator.destroyForcibly();
        }
    }
}
