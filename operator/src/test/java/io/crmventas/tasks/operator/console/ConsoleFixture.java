package io.crmventas.tasks.operator.console;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.ControlRoutes;
import io.crmventas.tasks.operator.control.ControlServer;
import io.crmventas.tasks.operator.control.TaskControl;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ServiceAccounts;
import io.crmventas.tasks.operator.testing.TestCertificates;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.view.OperatorView;
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
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;

/**
 * This fixture serves the console of an operator on a control port and wires it as the main method does. It also creates
 * people with real tokens.
 */
final class ConsoleFixture implements AutoCloseable {
    private static final String OPERATOR_NAMESPACE = "crm-system";
    static final String TASKS = "crmscheduledtasks";

    final ServiceAccounts people;
    private final Path folder = TemporaryFolder.create("tls");
    private final ControlServer server;
    private final X509Certificate certificate;
    private volatile Duration ahead = Duration.ZERO;

    ConsoleFixture(OperatorHarness crm, LocalApiServer kubernetes) {
        this(crm, kubernetes, crm.operator()::look);
    }

    /** @param view the contents of the operator's caches */
    ConsoleFixture(OperatorHarness crm, LocalApiServer kubernetes, Supplier<OperatorView> view) {
        people = new ServiceAccounts(kubernetes, crm.namespace());
        certificate = TestCertificates.write(folder, "EC");
        // The clock runs, and a test can move it forward.
        InstantSource source = () -> InstantSource.system().instant().plus(ahead);
        Clock moved = source.withZone(ZoneOffset.UTC);
        KubernetesClient client = OperatorHarness.operatorClient(kubernetes);
        Authorizer authorizer = new Authorizer(Authorizer.impatient(client), moved);
        TaskControl tasks = new TaskControl(
                Authorizer.impatient(client), OPERATOR_NAMESPACE, crm.config().runner());
        Routes calls = new ControlRoutes(TestPorts.routes(crm.operator(), moved), view, authorizer, tasks, moved);
        server = new ControlServer(0, folder, new ConsoleRoutes(calls, view, authorizer, OPERATOR_NAMESPACE, moved));
    }

    /** Moves the clock forward, so that the operator asks Kubernetes again about tokens and permissions. */
    void forgetDecisions() {
        ahead = ahead.plusSeconds(30);
    }

    String address() {
        return "https://127.0.0.1:" + server.port().orElseThrow() + "/console/";
    }

    /** @return a token of an account that may read, run and pause the tasks of a namespace */
    String manager(String name, String namespace) {
        String token = people.withoutPermissions(name);
        people.grant(name, namespace, List.of("get"), TASKS);
        people.grant(name, namespace, List.of("update"), TASKS + "/run");
        people.grant(name, namespace, List.of("update"), TASKS + "/pause");
        return token;
    }

    /** @return a client that trusts the console's certificate alone */
    HttpClient client() {
        return HttpClient.newBuilder()
                .sslContext(Trust.only(List.of(certificate)))
                .build();
    }

    HttpResponse<String> call(String method, String token, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client = client()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String token, String path) {
        return call("GET", token, path);
    }

    @Override
    public void close() {
        server.close();
        TemporaryFolder.delete(folder);
    }
}
