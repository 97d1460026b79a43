package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.testing.Relay;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator watches two namespaces, and the API server refuses one of them. The tasks of the other one continue. */
@ExtendWith(LocalApiServerExtension.class)
class RefusedNamespaceIT {
    private static final String ROLE = "crm-task-operator";
    private static final String ACCOUNT = "of-two-namespaces";
    /** This is longer than the wait between two retries of a watch. */
    private static final long PATIENCE_SECONDS = 60;

    private final SteppingClock clock = new SteppingClock(Instant.now());
    private LocalApiServer server;
    private Relay relay;
    private KubernetesClient client;
    private TaskOperator operator;
    private String one;
    private String other;

    @BeforeEach
    void prepare(LocalApiServer running, TestInfo test) {
        server = running;
        server.apply(Path.of("../crds/crmscheduledtasks.crmventas.io.yaml"));
        server.apply(Path.of("src/test/resources/operator-role.yaml"));
        relay = new Relay(
                server.clientAs("system:serviceaccount:crm-system:" + ACCOUNT).getConfiguration());
        client = relay.client();
        String prefix = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        one = namespace(prefix + "-one");
        other = namespace(prefix + "-other");
        operator = new TaskOperator(
                OperatorConfig.from(Map.of(
                        "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                        "LEADER_ELECTION", "false",
                        "PREFLIGHT", "false",
                        "WATCH_NAMESPACES", one + "," + other)),
                client,
                clock,
                List.of(),
                new Leadership(Optional.empty(), clock, () -> {}));
        grant(one);
    }

    @AfterEach
    void close() {
        operator.close();
        client.close();
        relay.close();
    }

    @Test
    void watchesTheOtherNamespaceAfterARoleIsRevoked() throws IOException, InterruptedException {
        grant(other);
        operator.start();
        create(other, "before");
        awaitReady(other, "before");
        assertEquals("healthy", health().path("status").asText());

        binding(other).delete();
        // The API server checks a permission only when a watch starts. The relay ends all connections, so that the
        // watches start again.
        relay.setState(Relay.State.OPEN);
        eventually(Set.of(other), () -> operator.look().refused().keySet());
        eventually(true, () -> operator.look().watching());
        assertStaysLive();
        create(one, "meanwhile");
        awaitReady(one, "meanwhile");
        JsonNode health = health();
        assertEquals("degraded", health.path("status").asText());
        assertEquals(
                "the operator may not list crmscheduledtasks.crmventas.io there",
                health.path("refused_namespaces").path(other).asText());

        grant(other);
        create(other, "after");
        awaitReady(other, "after");
        eventually(Set.of(), () -> operator.look().refused().keySet());
        eventually(true, () -> operator.look().watching());
    }

    @Test
    void startsWithTheAllowedNamespaces() {
        create(one, "here");
        create(other, "there");
        assertTimeoutPreemptively(Duration.ofSeconds(PATIENCE_SECONDS), operator::start);
        awaitReady(one, "here");
        assertEquals(Set.of(other), operator.look().refused().keySet());
        assertTrue(operator.look().watching());
        assertStaysLive();

        grant(other);
        // The task can be ready before the last watch of its namespace has begun.
        awaitReady(other, "there");
        assertEquals(Map.of(), operator.look().refused());
        eventually(true, () -> operator.look().watching());
        create(one, "later");
        awaitReady(one, "later");
    }

    /** Asserts that the kubelet would not restart the process, for longer than a watch can be disconnected. */
    private void assertStaysLive() {
        // The first answer comes before the operator has asked the API server. The second answer starts the time.
        assertEquals(Optional.empty(), operator.standstill());
        eventually(Optional.empty(), operator::standstill);
        clock.advance(Liveness.WATCH_AWAY.plusMinutes(1));
        assertEquals(Optional.empty(), operator.standstill());
    }

    private JsonNode health() throws IOException, InterruptedException {
        try (HttpPort port = HttpPort.plain(0, TestPorts.routes(operator, clock));
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + "/health"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            return new JsonMapper().readTree(answer.body());
        }
    }

    private String namespace(String name) {
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    private void grant(String namespace) {
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(ROLE)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", ROLE)
                        .addNewSubject("", "ServiceAccount", ACCOUNT, "crm-system")
                        .build())
                .create();
    }

    private Resource<?> binding(String namespace) {
        return server.client().rbac().roleBindings().inNamespace(namespace).withName(ROLE);
    }

    /** No run is due while a test advances the operator's clock, because no controller would start it. */
    private void create(String namespace, String name) {
        server.client()
                .resource(TestTasks.task(namespace, name, "{task: cleanup, schedule: '0 0 29 2 *'}"))
                .create();
    }

    private void awaitReady(String namespace, String name) {
        server.client()
                .resources(CrmScheduledTask.class)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        task -> task != null
                                && task.reportedStatus().observedGeneration() != null
                                && ready("True").test(task.reportedStatus()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }
}
