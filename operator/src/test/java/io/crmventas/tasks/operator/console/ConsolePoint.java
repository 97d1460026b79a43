package io.crmventas.tasks.operator.console;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.Control;
import io.crmventas.tasks.operator.http.ControlRoutes;
import io.crmventas.tasks.operator.http.ControlServer;
import io.crmventas.tasks.operator.http.Routes;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCertificates;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.Trust;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The console of an operator on its control port, as the main method wires it, and people with real tokens. */
final class ConsolePoint implements AutoCloseable {
    private static final String OPERATOR_NAMESPACE = "crm-system";
    static final String TASKS = "crmscheduledtasks.crmventas.io";

    private final LocalApiServer kubernetes;
    private final String people;
    private final ControlServer server;
    private final X509Certificate certificate;
    private volatile Duration ahead = Duration.ZERO;

    ConsolePoint(OperatorHarness crm, LocalApiServer kubernetes) {
        this(crm, kubernetes, crm.operator()::look);
    }

    /** @param view what the operator's caches hold */
    ConsolePoint(OperatorHarness crm, LocalApiServer kubernetes, Supplier<OperatorView> view) {
        this.kubernetes = kubernetes;
        people = crm.namespace();
        Path folder;
        try {
            folder = Files.createTempDirectory("tls");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        certificate = TestCertificates.write(folder, "EC");
        // Time goes on, and a test may move it.
        Clock clock = InstantSource.system().withZone(ZoneOffset.UTC);
        Clock moved = new MovedClock(clock);
        KubernetesClient client = OperatorHarness.itsClient(kubernetes);
        Control control =
                Control.create(client, OPERATOR_NAMESPACE, crm.config().runner(), moved);
        Routes calls = new ControlRoutes(TestPorts.routes(crm.operator(), moved), view, control, moved);
        server = new ControlServer(0, folder, new ConsoleRoutes(calls, view, control, moved));
    }

    private final class MovedClock extends Clock {
        private final Clock clock;

        MovedClock(Clock clock) {
            this.clock = clock;
        }

        @Override
        public Instant instant() {
            return clock.instant().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Lets the operator forget what Kubernetes said of tokens and permissions. */
    void forgetDecisions() {
        ahead = ahead.plusSeconds(30);
    }

    String address() {
        return "https://127.0.0.1:" + server.port().orElseThrow() + "/console/";
    }

    String user(String name) {
        return "system:serviceaccount:" + people + ":" + name;
    }

    /** @return a token of a new service account without permissions */
    String person(String name) {
        kubernetes.kubectl("create", "serviceaccount", name, "-n", people);
        return kubernetes
                .kubectl("create", "token", name, "-n", people, "--audience", Authorizer.AUDIENCE)
                .strip();
    }

    /** @param names of tasks; none: all */
    void grant(String name, String namespace, String verb, String resource, String... names) {
        String role = role(name, verb, resource);
        List<String> create = new ArrayList<>(
                List.of("create", "role", role, "-n", namespace, "--verb=" + verb, "--resource=" + resource));
        for (String task : names) {
            create.add("--resource-name=" + task);
        }
        kubernetes.kubectl(create.toArray(String[]::new));
        String account = "--serviceaccount=" + people + ":" + name;
        kubernetes.kubectl("create", "rolebinding", role, "-n", namespace, "--role=" + role, account);
    }

    void withdraw(String name, String namespace, String verb, String resource) {
        kubernetes.kubectl("delete", "rolebinding", role(name, verb, resource), "-n", namespace);
    }

    private String role(String name, String verb, String resource) {
        return name + "-" + verb + "-" + resource.replaceAll("[^a-z]+", "-") + "-" + people;
    }

    /** @return a token of an account that may read, run and pause the tasks of a namespace */
    String manager(String name, String namespace) {
        String token = person(name);
        grant(name, namespace, "get", TASKS);
        grant(name, namespace, "update", TASKS + "/run");
        grant(name, namespace, "update", TASKS + "/pause");
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
    }
}
