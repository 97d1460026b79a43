package io.crmventas.tasks.operator.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.operator.testing.TestCertificates;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.TemporaryFolder;
import io.crmventas.tasks.testing.Trust;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * This fixture serves the control port of an operator, which has the permissions of the chart's role. It also calls the port
 * as a client.
 */
public final class ControlPortFixture implements AutoCloseable {
    static final String OPERATOR_NAMESPACE = "crm-system";

    final Path folder = TemporaryFolder.create("tls");
    final SteppingClock clock = new SteppingClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    final ControlServer server;
    private X509Certificate certificate;

    ControlPortFixture(OperatorHarness crm, LocalApiServer kubernetes) {
        this(crm, OperatorHarness.operatorClient(kubernetes), "EC");
    }

    public ControlPortFixture(OperatorHarness crm, KubernetesClient client, String keyAlgorithm) {
        this(crm, client, keyAlgorithm, 0);
    }

    /** @param port the number of the port; 0: any free one */
    ControlPortFixture(OperatorHarness crm, KubernetesClient client, String keyAlgorithm, int port) {
        certificate = TestCertificates.write(folder, keyAlgorithm);
        KubernetesClient impatient = Authorizer.impatient(client);
        TaskControl tasks =
                new TaskControl(impatient, OPERATOR_NAMESPACE, crm.config().runner());
        Routes routes = new ControlRoutes(
                TestPorts.routes(crm.operator(), clock),
                crm.operator()::look,
                new Authorizer(impatient, clock),
                tasks,
                clock);
        server = new ControlServer(port, folder, routes, Duration.ofMillis(50));
    }

    public record Reply(int code, JsonNode json, HttpResponse<String> response) {
        String error() {
            return json.path("error").asText();
        }
    }

    public int port() {
        return server.port().orElseThrow();
    }

    void rotate(String keyAlgorithm) {
        certificate = TestCertificates.write(folder, keyAlgorithm);
    }

    Reply post(String token, String path) {
        return call("POST", token, path, "");
    }

    /** @param headers a name, its value, the next name and so on */
    public Reply call(String method, String token, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(Trust.only(List.of(certificate)))
                .build()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), new JsonMapper().readTree(response.body()), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        TemporaryFolder.delete(folder);
    }
}
