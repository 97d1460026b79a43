package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static io.crmventas.tasks.testing.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.Relay;
import io.crmventas.tasks.operator.testing.Relay.State;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.watch.Watches;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole operator: the namespaces that it watches, its leader election and its health port. */
@ExtendWith(LocalApiServerExtension.class)
class OperatorIT {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

    @Test
    void suspendsAllTasksWhenSchedulingIsDisabled(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("ENABLE_SCHEDULED_TASKS", "false"))) {
            crm.create("cleanup", "{task: cleanup, interval: 5m}");
            assertEquals("GloballyDisabled", reason(crm.await("cleanup", condition("Suspended", "True")), "Suspended"));
            assertTrue(crm.cronJob("cleanup").get().getSpec().getSuspend());
        }
    }

    @Test
    void watchesAllNamespacesWhenConfigured(LocalApiServer server) {
        Map<String, String> idle = Map.of("WATCH_NAMESPACES", "nowhere");
        try (OperatorHarness first = OperatorHarness.start(server, idle);
                OperatorHarness second =
                        OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "", "WATCH_ALL_NAMESPACES", "true"))) {
            first.create("cleanup", "{task: cleanup, interval: 5m}");
            second.create("cleanup", "{task: cleanup, interval: 5m}");
            first.await("cleanup", ready("True"));
            second.await("cleanup", ready("True"));
        }
    }

    /** Without pages the operator ran out of memory when it listed 5,000 tasks. */
    @Test
    void readsManyTasksInPages(LocalApiServer server) {
        try (OperatorHarness many = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            for (int task = 0; task <= Watches.PAGE; task++) {
                many.create("task-" + task, "{task: cleanup, interval: 24h}");
            }
            try (OperatorHarness restarted =
                    OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", many.namespace()))) {
                many.await("task-" + Watches.PAGE, ready("True"));
                assertTrue(
                        server.auditLog().stream()
                                .anyMatch(request -> request.contains("/crmscheduledtasks?")
                                        && request.contains("limit=" + Watches.PAGE)
                                        && request.contains("continue=")),
                        () -> restarted.namespace() + " read the tasks of " + many.namespace() + " at once");
            }
        }
    }

    @Test
    void watchesOnlyTheConfiguredNamespaces(LocalApiServer server) {
        Map<String, String> idle = Map.of("WATCH_NAMESPACES", "nowhere");
        try (OperatorHarness first = OperatorHarness.start(server, idle);
                OperatorHarness second = OperatorHarness.start(server, idle);
                OperatorHarness unwatched = OperatorHarness.start(
                        server, Map.of("WATCH_NAMESPACES", first.namespace() + "," + second.namespace()))) {
            unwatched.create("cleanup", "{task: cleanup, interval: 5m}");
            first.create("cleanup", "{task: cleanup, interval: 5m}");
            second.create("cleanup", "{task: cleanup, interval: 5m}");
            first.await("cleanup", ready("True"));
            second.await("cleanup", ready("True"));
            assertEquals(
                    CrmScheduledTaskStatus.EMPTY,
                    unwatched.task("cleanup").get().reportedStatus(),
                    "the operator does not watch this namespace");
        }
    }

    @Test
    void releasesTheLeaseWhenItCloses(LocalApiServer server) throws InterruptedException {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"))) {
            TaskOperator first = replica(server, crm.namespace(), "one");
            first.start();
            eventually(true, () -> first.look().leading());
            TaskOperator second = replica(server, crm.namespace(), "two");
            second.start();
            assertFalse(second.look().leading());
            crm.client()
                    .resource(TestTasks.task(crm.namespace(), "cleanup", "{task: cleanup, interval: 5m}"))
                    .create();
            crm.await("cleanup", ready("True"));
            first.close();
            // Without the release, the closed replica would hold the lease for 16 s more.
            assertNotEquals("one", leader(crm.client()));
            eventually(true, () -> second.look().leading());
            assertFalse(first.look().leading());
            crm.create("later", "{task: cleanup, interval: 5m}");
            crm.await("later", ready("True"));
            second.close();
        }
    }

    private static String leader(KubernetesClient client) {
        return client.leases()
                .inNamespace("crm-system")
                .withName("crm-task-operator")
                .require()
                .getSpec()
                .getHolderIdentity();
    }

    /** The kubelet restarted the operator every 30 s while it waited for the API server. */
    @Test
    void isLiveWhileItsStartWaitsForTheApiServer(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
                Relay relay = new Relay(OperatorHarness.operatorClient(server).getConfiguration());
                KubernetesClient client = relay.client()) {
            relay.setState(State.REFUSING);
            TaskOperator replica = replica(client, crm.namespace(), "waiting");
            Thread start = Thread.ofPlatform().start(replica::start);
            eventually(
                    true,
                    () -> Stream.of(start.getStackTrace())
                            .anyMatch(call -> call.getClassName().endsWith(".ControllerManager")));
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertEquals(Optional.empty(), replica.standstill()));
            assertFalse(replica.look().ready());
            relay.setState(State.OPEN);
            within(Duration.ofMinutes(2), () -> replica.look().ready(), () -> "the replica is not ready");
            replica.close();
        }
    }

    private static TaskOperator replica(LocalApiServer server, String namespace, String identity) {
        return replica(OperatorHarness.operatorClient(server), namespace, identity);
    }

    private static TaskOperator replica(KubernetesClient client, String namespace, String identity) {
        OperatorConfig config = OperatorConfig.from(Map.of(
                "RUNNER_IMAGE",
                "x",
                "POD_NAMESPACE",
                "crm-system",
                "POD_NAME",
                identity,
                "WATCH_NAMESPACES",
                namespace,
                "PREFLIGHT",
                "false"));
        return new TaskOperator(
                config,
                client,
                Clock.systemUTC(),
                List.of(),
                new Leadership(config.leaderElection(), Clock.systemUTC(), () -> {}));
    }

    @Test
    void servesHealthInTheFormatOfTheCrmsOldScheduler(LocalApiServer server) throws Exception {
        try (OperatorHarness crm = OperatorHarness.start(server);
                HttpPort health = HttpPort.plain(0, TestPorts.routes(crm.operator(), NOON))) {
            crm.create("cleanup", "{task: cleanup, interval: 5m}");
            crm.await("cleanup", ready("True"));
            FakeCluster cluster = new FakeCluster(crm);
            Job job = cluster.scheduledJob("cleanup");
            cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            cluster.completeJob(job);
            crm.await("cleanup", now -> now.lastRun() != null);
            crm.awaitCached("cleanup");

            assertEquals(200, get(health, "/health/liveness").statusCode());
            assertEquals(200, get(health, "/health/readiness").statusCode());
            JsonNode document = new JsonMapper().readTree(get(health, "/health").body());
            assertEquals("healthy", document.path("status").asText());
            assertEquals("2026-11-23T12:00:00Z", document.path("timestamp").asText());
            JsonNode tasks = document.path("scheduled_tasks");
            assertTrue(tasks.path("scheduler_running").asBoolean());
            JsonNode task = find(tasks, crm.namespace() + "/cleanup");
            assertEquals("Succeeded", task.path("last_result").asText());
            assertFalse(task.path("next_run").asText().isEmpty());
            assertEquals("connected", document.path("database").path("status").asText());
            assertTrue(document.path("database").path("connected").asBoolean());
            assertEquals("disabled", document.path("redis").path("status").asText());
            assertEquals(404, get(health, "/health/nothing").statusCode());
            assertEquals(405, post(health, "/health").statusCode());
            String metrics = get(health, "/metrics").body();
            assertTrue(metrics.contains("crm_task_operator_leader 1.0\n"), metrics);
            assertTrue(
                    metrics.contains("crm_task_last_run_duration_seconds{name=\"cleanup\",namespace=\""
                            + crm.namespace() + "\",task=\"cleanup\"} 1.5\n"),
                    metrics);
            // The operator counts a run in the metrics after it has written the status.
            String runs = "crm_task_runs_total{name=\"cleanup\",namespace=\"" + crm.namespace()
                    + "\",result=\"Succeeded\",task=\"cleanup\",trigger=\"Scheduled\"} ";
            eventually(List.of(runs + "1.0"), () -> scraped(health, runs));
        }
    }

    private static List<String> scraped(HttpPort health, String start) {
        try {
            return get(health, "/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode find(JsonNode tasks, String id) {
        for (JsonNode task : tasks.path("tasks")) {
            if (id.equals(task.path("id").asText())) {
                return task;
            }
        }
        throw new AssertionError(id + " is not in " + tasks);
    }

    private static HttpResponse<String> get(HttpPort health, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(health, path)).build());
    }

    private static HttpResponse<String> post(HttpPort health, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(health, path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static URI uri(HttpPort health, String path) {
        return URI.create("http://127.0.0.1:" + health.port() + path);
    }
}
