package io.crmventas.tasks.operator.control;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.control.ControlPortFixture.Reply;
import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ServiceAccounts;
import io.crmventas.tasks.operator.testing.TestCertificates;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Only a caller with the permission can run or pause a task. The tokens, the roles and TLS are real. */
@ExtendWith(LocalApiServerExtension.class)
class ControlAccessIT {
    private static final String STOP = "/health/tasks/cleanup/stop";
    private static final String RUN = "/health/tasks/run/cleanup";

    private OperatorHarness crm;
    private ControlPortFixture control;
    private ServiceAccounts people;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        crm.create("cleanup", "{task: cleanup, interval: 5m, enabled: false}");
        crm.await("cleanup", ready("True"));
        control = new ControlPortFixture(crm, server);
        people = new ServiceAccounts(server, crm.namespace());
    }

    @AfterEach
    void stop() {
        control.close();
        crm.close();
    }

    @Test
    void refusesUnknownTokens() {
        String real = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/pause");
        String[] parts = real.split("\\.", -1);
        String forged = parts[0] + "." + parts[1] + "." + new StringBuilder(parts[2]).reverse();
        for (String token : new String[] {"", "nonsense", forged, real + "x", "a b", "x".repeat(13_000)}) {
            Reply reply = control.post(token, STOP);
            assertEquals(401, reply.code(), token);
            assertEquals(
                    "Bearer",
                    reply.response().headers().firstValue("WWW-Authenticate").orElse(""));
        }
        assertFalse(paused());
    }

    @Test
    void refusesACallerWithoutPermissionAndNamesThePermission() {
        String token = people.withoutPermissions("seller");
        Reply reply = control.post(token, STOP);
        assertEquals(403, reply.code());
        assertEquals(
                people.user("seller") + " may not update crmscheduledtasks/pause \"cleanup\" in namespace \""
                        + crm.namespace() + "\"",
                reply.error());
        assertFalse(paused());
        people.grant("seller", crm.namespace(), "crmscheduledtasks/pause");
        eventually(200, () -> control.post(token, STOP).code());
    }

    @Test
    void thePermissionToRunDiffersFromThePermissionToPause() {
        String runner = people.allowed("runner", crm.namespace(), "crmscheduledtasks/run");
        String pauser = people.allowed("pauser", crm.namespace(), "crmscheduledtasks/pause");
        assertEquals(403, control.post(runner, STOP).code());
        assertEquals(403, control.post(pauser, RUN).code());
        assertEquals(403, control.call("GET", pauser, RUN + "?token=monday", "").code());
        assertEquals(
                403,
                control.post(pauser, "/health/tasks/stop").code(),
                "a pause of all tasks needs another permission");
        assertEquals(202, control.post(runner, RUN).code());
        assertEquals(200, control.post(pauser, STOP).code());
    }

    @Test
    void refusesATokenOfAnotherAudience(LocalApiServer server) {
        people.grant("ceo", crm.namespace(), "crmscheduledtasks/pause");
        String own = people.withoutPermissions("ceo");
        assertEquals(200, control.post(own, STOP).code());
        Reply other = control.post(people.apiServerToken("ceo"), STOP);
        assertEquals(401, other.code());
        assertTrue(other.error().contains("--audience=crm-task-operator"), other.error());
        assertEquals(200, answerOfTheApiServer(server, people.apiServerToken("ceo")));
        assertEquals(401, answerOfTheApiServer(server, own), "the operator cannot act with the token of a caller");
    }

    private static int answerOfTheApiServer(LocalApiServer server, String token) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.client().getMasterUrl().toString())
                .withTrustCerts()
                .withOauthToken(token)
                .build();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            client.raw("/api");
            return 200;
        } catch (KubernetesClientException refused) {
            return refused.getCode();
        }
    }

    @Test
    void showsTheDetailsOfATaskOnlyToAReader() {
        String pauser = people.allowed("pauser", crm.namespace(), "crmscheduledtasks/pause");
        String reader = people.allowed("reader", crm.namespace(), "crmscheduledtasks");
        String task = "/health/tasks/cleanup";
        crm.awaitCached("cleanup");

        JsonNode open = control.call("GET", "", task, "").json();
        assertEquals("cleanup", open.path("name").asText());
        assertTrue(open.path("conditions").isMissingNode(), open::toString);
        assertEquals(403, control.call("GET", pauser, task, "").code());
        assertEquals(401, control.call("GET", "nonsense", task, "").code());
        assertTrue(
                control.call("GET", reader, task, "").json().path("conditions").isArray());
    }

    @Test
    void aPermissionForOneTaskCoversNoOtherTask() {
        crm.create("reports", "{task: daily-reports, interval: 5m, enabled: false}");
        crm.await("reports", ready("True"));
        String token = people.allowed("clerk", crm.namespace(), "crmscheduledtasks/run", "reports");
        assertEquals(403, control.post(token, RUN).code());
        assertEquals(202, control.post(token, "/health/tasks/run/reports").code());
    }

    @Test
    void noticesARevokedPermissionWithinSeconds() {
        String token = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/pause");
        assertEquals(200, control.post(token, STOP).code());
        crm.client().rbac().roleBindings().inNamespace(crm.namespace()).delete();
        control.clock.advance(Duration.ofSeconds(10));
        eventually(403, () -> {
            control.clock.advance(Duration.ofSeconds(10));
            return control.post(token, STOP).code();
        });
    }

    @Test
    void refusesActionsWhileKubernetesDoesNotAnswer() throws IOException {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + closedPort)
                .build();
        String token = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/pause");
        try (KubernetesClient unreachable =
                        new KubernetesClientBuilder().withConfig(config).build();
                ControlPortFixture port = new ControlPortFixture(crm, unreachable, "EC")) {
            Reply reply = port.post(token, STOP);
            assertEquals(503, reply.code());
            assertEquals("Kubernetes does not answer as it should; nothing was done", reply.error());
            assertEquals(
                    200, port.call("GET", "", "/health", "").code(), "the port still serves the data of the caches");
        }
        assertFalse(paused());
    }

    @Test
    void sendsCallersOfTheOpenPortToTheControlPort() throws IOException, InterruptedException {
        String token = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/pause");
        try (HttpPort open = TestPorts.health(crm.operator());
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + open.port() + STOP))
                    .header("Authorization", "Bearer " + token)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(403, reply.statusCode());
            assertTrue(reply.body().contains("HTTPS at the control port"), reply.body());
        }
        assertFalse(paused());
    }

    @Test
    void acceptsTlsOnly() {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + control.server.port().orElseThrow() + "/health"))
                .timeout(Duration.ofSeconds(20))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThrows(IOException.class, () -> client.send(request, HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void usesANewCertificateWithoutARestart() {
        assertEquals(200, control.call("GET", "", "/health/liveness", "").code());
        for (String algorithm : new String[] {"RSA", "EC"}) {
            control.rotate(algorithm);
            // The client trusts only the new certificate.
            eventually(true, this::trusted);
        }
    }

    private boolean trusted() {
        try {
            return control.call("GET", "", "/health/liveness", "").code() == 200;
        } catch (UncheckedIOException theOldCertificate) {
            return false;
        }
    }

    /**
     * In a folder that is no mounted Secret, another program writes the files one after the other, and each file is empty at
     * first.
     */
    @Test
    void keepsTheCertificateWhileTheNewOneIsUnusable() throws IOException {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ControlServer.class);
        logger.addAppender(logged);
        Files.writeString(control.folder.resolve("tls.crt"), "");
        eventually(1, () -> logged.list.size());
        Files.writeString(control.folder.resolve("tls.key"), "half written");
        eventually(2, () -> logged.list.size());
        Files.writeString(control.folder.resolve("tls.key"), TestCertificates.pem("PRIVATE KEY", new byte[] {1}));
        eventually(3, () -> logged.list.size());
        logger.detachAppender(logged);
        assertEquals(200, control.call("GET", "", "/health/liveness", "").code());
        control.rotate("RSA");
        eventually(true, this::trusted);
    }

    /** Another process can still use the port, for example the previous operator on the network of the node. */
    @Test
    void opensThePortOnceItIsFree() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            control.close();
            control = new ControlPortFixture(crm, crm.client(), "EC", other.getLocalPort());
            assertEquals(Optional.empty(), control.server.port());
        }
        eventually(true, () -> control.server.port().isPresent());
        assertEquals(200, control.call("GET", "", "/health/liveness", "").code());
    }

    private boolean paused() {
        var annotations = crm.task("cleanup").get().getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey("crmventas.io/paused");
    }
}
