package io.crmventas.tasks.operator.testing;

import static io.crmventas.tasks.testing.Eventually.within;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.operator.OperatorMain;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An operator in its own process, with leader election and the chart's role. */
public final class OperatorProcess implements AutoCloseable {
    /** The namespace of the operator and of its lease. */
    public static final String NAMESPACE = "crm-system";

    private static final String LEASE = "crm-task-operator";
    private static final Pattern HEALTH_PORT = Pattern.compile("healthPort=\"(\\d+)\"");
    private static final JsonMapper JSON = new JsonMapper();

    private final String identity;
    private final Path log;
    private final Process process;

    /** A write of a replica that the API server accepted. */
    public record Write(Instant received, String replica, String verbAndPath) {}

    private OperatorProcess(LocalApiServer server, OperatorHarness crm, String identity, List<String> javaOptions)
            throws IOException {
        this.identity = identity;
        log = Path.of("target", "operator-" + crm.namespace() + "-" + identity + ".log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dkubernetes.impersonate.username=" + OperatorHarness.OPERATOR,
                // The role does not need this group. The audit log contains it, so a test can see which replica wrote.
                "-Dkubernetes.impersonate.group=" + identity,
                "-cp",
                System.getProperty("java.class.path"),
                OperatorMain.class.getName()));
        ProcessBuilder java = new ProcessBuilder(command);
        java.environment()
                .putAll(Map.ofEntries(
                        entry("KUBECONFIG", server.kubeconfig().toString()),
                        // A cluster can give every pod a proxy that does not lead to the API server.
                        entry("HTTPS_PROXY", "http://127.0.0.1:1"),
                        entry("NO_PROXY", "localhost, .svc, *.example.com"),
                        entry("RUNNER_IMAGE", "localhost/crm/job-runner:test"),
                        entry("POD_NAMESPACE", NAMESPACE),
                        entry("POD_NAME", identity),
                        entry("WATCH_NAMESPACES", crm.namespace()),
                        entry("PREFLIGHT", "false"),
                        entry("HEALTH_PORT", "0"),
                        entry("PROBE_PORT", "0"),
                        entry("CONTROL_PORT", "0")));
        process = java.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** @param identity the name of the replica in the lease, in the audit log and in the name of its log file */
    public static OperatorProcess start(
            LocalApiServer server, OperatorHarness crm, String identity, String... javaOptions) {
        try {
            return new OperatorProcess(server, crm, identity, List.of(javaOptions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String identity() {
        return identity;
    }

    public Process process() {
        return process;
    }

    /** Waits until the caches are filled, so that this replica works as soon as it leads. */
    public OperatorProcess awaitStarted() {
        within(Duration.ofMinutes(1), () -> output().contains("Operator started"), this::output);
        return this;
    }

    private int healthPort() {
        Matcher port = HEALTH_PORT.matcher(output());
        assertTrue(port.find(), this::output);
        return Integer.parseInt(port.group(1));
    }

    /** Returns the answer of the health port. */
    public String get(String path) {
        URI address = URI.create("http://127.0.0.1:" + healthPort() + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void signal(String name) {
        run("kill", "-" + name, String.valueOf(process.pid()));
    }

    /** Runs a command of the JDK on this process. */
    public String jcmd(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + process.pid()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Waits for the end of the process. @return its exit value */
    public int awaitEnd(Duration patience) {
        try {
            assertTrue(
                    process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS), () -> identity + " is still running");
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the lease names this replica. @return how long that took */
    public Duration awaitLeading(OperatorHarness crm, Duration patience) {
        return within(
                patience,
                () -> leader(crm).equals(Optional.of(identity)),
                () -> "the leader is " + leader(crm) + "\n" + output());
    }

    public static Resource<Lease> lease(OperatorHarness crm) {
        return crm.client().leases().inNamespace(NAMESPACE).withName(LEASE);
    }

    public static Optional<String> leader(OperatorHarness crm) {
        return Optional.ofNullable(lease(crm).get())
                .map(Lease::getSpec)
                .flatMap(spec -> Optional.ofNullable(spec.getHolderIdentity()));
    }

    /** Returns the accepted writes of all replicas in the namespace of the tasks, in the order of their arrival. */
    public static List<Write> writes(LocalApiServer server, OperatorHarness crm) {
        return server.auditLog().stream()
                .filter(line -> line.contains(OperatorHarness.OPERATOR))
                .filter(line -> line.contains("\"namespace\":\"" + crm.namespace() + "\""))
                .map(OperatorProcess::json)
                .filter(event -> List.of("create", "update", "patch", "delete")
                        .contains(event.path("verb").asText()))
                .filter(event -> event.path("responseStatus").path("code").asInt() < 300)
                .filter(event ->
                        !event.path("objectRef").path("resource").asText().equals("events"))
                .map(event -> new Write(
                        Instant.parse(event.path("requestReceivedTimestamp").asText()),
                        event.path("impersonatedUser").path("groups").path(0).asText(),
                        event.path("verb").asText() + " "
                                + event.path("requestURI").asText()))
                .sorted(Comparator.comparing(Write::received))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
