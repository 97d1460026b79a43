package io.crmventas.tasks.operator.console;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console shows each viewer only the tasks that the viewer may read. The tokens and roles are real. */
@ExtendWith(LocalApiServerExtension.class)
class ConsoleIT {
    private static final int MOST_SERVED_BYTES = 150_000;
    private static final int REFRESHES = 64;

    private OperatorHarness other;
    private OperatorHarness crm;
    private ConsoleFixture console;

    @BeforeEach
    void start(LocalApiServer server) {
        other = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
        crm = OperatorHarness.start(server, Map.of());
        crm.close();
        crm = crm.restarted(Map.of("WATCH_NAMESPACES", crm.namespace() + "," + other.namespace()));
        crm.create("cleanup", "{task: cleanup, interval: 5m, enabled: false}");
        crm.create("reports", "{task: daily-reports, schedule: 0 8 * * *, enabled: false}");
        other.create("secret-task", "{task: cleanup, interval: 5m, enabled: false}");
        crm.await("cleanup", ready("True"));
        crm.await("reports", ready("True"));
        other.await("secret-task", ready("True"));
        crm.awaitCached("cleanup");
        crm.awaitCached("reports");
        console = new ConsoleFixture(crm, server);
    }

    @AfterEach
    void stop() {
        console.close();
        crm.close();
        other.close();
    }

    @Test
    void showsAViewerTheTasksThatKubernetesLetsTheViewerRead() throws IOException {
        String token = console.people.withoutPermissions("maria");
        assertEquals(List.of(), names(token));
        console.forgetDecisions();
        console.people.grant("maria", crm.namespace(), List.of("get"), ConsoleFixture.TASKS, "reports");
        assertEquals(List.of("reports"), names(token));
        console.people.grant("maria", other.namespace(), List.of("get"), ConsoleFixture.TASKS);
        console.forgetDecisions();
        assertEquals(List.of("reports", "secret-task"), names(token));
        console.people.withdraw("maria", other.namespace(), ConsoleFixture.TASKS);
        console.forgetDecisions();
        assertEquals(List.of("reports"), names(token));
    }

    /** The second viewer asks while the operator still keeps its decisions about the first one. */
    @Test
    void showsNothingOfOneViewersNamespaceToAnother() throws IOException {
        String here = console.manager("maria", crm.namespace());
        String there = console.manager("pedro", other.namespace());
        assertEquals(List.of("cleanup", "reports"), names(here));
        assertEquals(List.of("secret-task"), names(there));
        assertEquals(List.of("cleanup", "reports"), names(here));
        assertFalse(console.get(here, "api/tasks").body().contains(other.namespace()));
        assertEquals(
                403,
                console.get(here, "api/tasks/" + other.namespace() + "/secret-task")
                        .statusCode());
        HttpResponse<String> nothing = console.get(here, "api/tasks/" + other.namespace() + "/no-such-task");
        assertEquals(403, nothing.statusCode(), "the answer does not reveal whether the task exists");
        assertEquals(
                404,
                console.get(here, "api/tasks/" + crm.namespace() + "/no-such-task")
                        .statusCode());
    }

    /** An Ingress publishes only the console, so its calls must not reveal what its lists hide. */
    @Test
    void aCallDoesNotRevealTasksOfOtherNamespaces() {
        String viewer = console.manager("maria", crm.namespace());
        for (String token : List.of("", viewer)) {
            for (String call :
                    List.of("secret-task/stop", "no-such-task/stop", "run/secret-task", "run/no-such-task")) {
                HttpResponse<String> anywhere =
                        console.call("POST", token, "health/tasks/" + call, "Idempotency-Key", "monday");
                assertEquals(400, anywhere.statusCode(), anywhere.body());
                HttpResponse<String> there = console.call(
                        "POST",
                        token,
                        "health/tasks/" + call + "?namespace=" + other.namespace(),
                        "Idempotency-Key",
                        "monday");
                assertEquals(token.isEmpty() ? 401 : 403, there.statusCode(), there.body());
            }
        }
    }

    @Test
    void reportsTheVerbsThatTheViewerMayUse() throws IOException {
        String path = "api/tasks/" + crm.namespace() + "/cleanup";
        String reader = console.people.withoutPermissions("maria");
        console.people.grant("maria", crm.namespace(), List.of("get"), ConsoleFixture.TASKS);
        JsonNode nothing = json(console.get(reader, path)).path("may");
        assertFalse(nothing.path("run").asBoolean() || nothing.path("pause").asBoolean(), nothing::toString);
        console.people.grant("maria", crm.namespace(), List.of("update"), ConsoleFixture.TASKS + "/run");
        console.forgetDecisions();
        JsonNode may = json(console.get(reader, path)).path("may");
        assertTrue(may.path("run").asBoolean());
        assertFalse(may.path("pause").asBoolean());
        assertFalse(json(console.get(reader, "api/tasks")).path("mayPauseAll").asBoolean());
    }

    /** The page refreshes every few seconds, and a viewer can open it in many tabs. */
    @Test
    void answersManyRefreshesWithFewRequestsToTheApiServer(LocalApiServer server) throws Exception {
        String token = console.manager("maria", crm.namespace());
        try (HttpClient browser = console.client();
                ExecutorService tabs = Executors.newFixedThreadPool(REFRESHES)) {
            assertEquals(200, console.get(token, "api/tasks").statusCode());
            long before = reviews(server);
            assertTrue(before > 0, "the audit log holds the reviews");
            List<Future<Integer>> codes = tabs.invokeAll(Collections.nCopies(REFRESHES, () -> {
                HttpRequest refresh = HttpRequest.newBuilder(URI.create(console.address() + "api/tasks"))
                        .header("Authorization", "Bearer " + token)
                        .build();
                return browser.send(refresh, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            }));
            int answered = 0;
            for (Future<Integer> code : codes) {
                assertTrue(Set.of(200, 429).contains(code.get()), code.get().toString());
                answered += code.get() == 200 ? 1 : 0;
            }
            assertTrue(answered > 0);
            assertEquals(before, reviews(server), "the operator keeps its decisions");
        }
        assertEquals(200, console.get(token, "api/tasks").statusCode(), "the next refresh is served");
    }

    /** @return the number of reviews of tokens and permissions that this API server has answered */
    private static long reviews(LocalApiServer server) {
        return server.auditLog().stream()
                .filter(request -> request.contains("\"resource\":\"tokenreviews\"")
                        || request.contains("\"resource\":\"subjectaccessreviews\""))
                .count();
    }

    /** Each of these tasks costs two requests to the API server. */
    @Test
    void asksKubernetesAboutFiftySingleTasksAtMost(LocalApiServer server) throws IOException {
        List<CrmScheduledTask> many = IntStream.rangeClosed(10, 60)
                .mapToObj(number -> TestTasks.stored("task-" + number, "{task: cleanup, interval: 5m}"))
                .toList();
        String namespace = many.getFirst().namespace();
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
        try (ConsoleFixture large = new ConsoleFixture(crm, server, () -> TestPorts.leader(many))) {
            String token = large.people.withoutPermissions("maria");
            large.people.grant("maria", namespace, List.of("get"), ConsoleFixture.TASKS, "task-59", "task-60");
            JsonNode list = json(large.get(token, "api/tasks"));
            assertEquals("task-59", list.path("tasks").path(0).path("name").asText());
            assertEquals(1, list.path("tasks").size(), "the page of the 51st task opens by its address");
            assertTrue(list.path("incomplete").asBoolean());
            assertEquals(
                    200, large.get(token, "api/tasks/" + namespace + "/task-60").statusCode());
        }
    }

    @Test
    void answersTheSameVersionWithoutTheTasks() throws IOException {
        String token = console.manager("maria", crm.namespace());
        String version = json(console.get(token, "api/tasks")).path("version").asText();
        JsonNode same = json(console.get(token, "api/tasks?seen=" + version));
        assertTrue(same.path("unchanged").asBoolean());
        assertTrue(same.path("tasks").isMissingNode());
        crm.annotate("cleanup", "example.com/touched", "yes");
        crm.awaitCached("cleanup");
        assertEquals(
                2,
                json(console.get(token, "api/tasks?seen=" + version))
                        .path("tasks")
                        .size());
    }

    @Test
    void refusesUnknownTokens() {
        for (String token : List.of("", "nonsense")) {
            assertEquals(401, console.get(token, "api/tasks").statusCode());
            assertEquals(
                    401,
                    console.get(token, "api/tasks/" + crm.namespace() + "/cleanup")
                            .statusCode());
        }
    }

    /**
     * A form of another site cannot send the header Idempotency-Key. A script of another site needs a CORS preflight to send
     * it.
     */
    @Test
    void refusesCallsThatAnotherSiteCanMakeTheBrowserSend() {
        String token = console.manager("maria", crm.namespace());
        String stop = "health/tasks/cleanup/stop?namespace=" + crm.namespace();
        assertEquals(403, console.call("POST", token, stop).statusCode());
        assertEquals(
                405,
                console.call("OPTIONS", token, stop, "Origin", "https://evil.example")
                        .statusCode());
        assertEquals(
                404, console.get(token, "health/tasks/run/cleanup?token=monday").statusCode());
        assertEquals(404, console.get("", "health").statusCode(), "the console does not serve the open pages");
        HttpResponse<String> called = console.call("POST", token, stop, "Idempotency-Key", "monday");
        assertEquals(200, called.statusCode(), called.body());
    }

    @Test
    void servesASmallPageOfItsOwnFilesOnly() {
        HttpResponse<String> page = console.get("", "");
        assertEquals(200, page.statusCode());
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertTrue(page.body().contains("<script type=\"module\" src=\"app.js\"></script>"));
        List<String> files = List.of(
                "",
                "style.css",
                "icon.svg",
                "app.js",
                "actions.js",
                "api.js",
                "dom.js",
                "parts.js",
                "task.js",
                "views.js",
                "words.js");
        int served = 0;
        for (String file : files) {
            HttpResponse<String> answer = console.get("", file);
            assertEquals(200, answer.statusCode(), file);
            assertEquals(
                    policy,
                    answer.headers().firstValue("Content-Security-Policy").orElse(""),
                    file);
            served += answer.body().length();
            List<String> external = Pattern.compile("https?://[^'\" ]+")
                    .matcher(answer.body())
                    .results()
                    .map(MatchResult::group)
                    .filter(address -> !address.startsWith("http://www.w3.org/"))
                    .toList();
            assertEquals(List.of(), external, file);
        }
        assertTrue(served < MOST_SERVED_BYTES, served + " bytes");
        assertEquals(404, console.get("", "package-info.class").statusCode());
        assertEquals(404, console.get("", "..%2fOperatorMain.class").statusCode());
        assertEquals(405, console.call("PUT", "", "").statusCode());
    }

    private List<String> names(String token) throws IOException {
        return StreamSupport.stream(
                        json(console.get(token, "api/tasks")).path("tasks").spliterator(), false)
                .map(task -> task.path("name").asText())
                .sorted()
                .toList();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonMapper().readTree(answer.body());
    }
}
