package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.e2e.ControlPort.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The console as the chart installs it: its page, and for each viewer the tasks and actions that Kubernetes allows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleE2E {
    private static final String TASK = "listening";
    private static final String TASKS = "/console/api/tasks";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Cluster cluster = new Cluster("crm-console");
    private final JsonMapper json = new JsonMapper();

    @BeforeAll
    void install() {
        ControlE2E.install(cluster);
        cluster.kubectl("create", "serviceaccount", "guest");
        account("reader", "--clusterrole=view");
        cluster.kubectl(
                "create",
                "role",
                "other-only",
                "--verb=get",
                "--resource=crmscheduledtasks.crmventas.io",
                "--resource-name=other");
        account("assistant", "--role=other-only");
        account("manager", "--clusterrole=" + cluster.namespace + "-" + ControlE2E.RELEASE + "-run");
        cluster.awaitTask(TASK, SOON, ConsoleE2E::scheduled);
        cluster.awaitTask("other", SOON, ConsoleE2E::scheduled);
    }

    @AfterAll
    void uninstall() {
        // Cluster roles do not go with the namespace.
        cluster.helm("uninstall", ControlE2E.RELEASE, "--wait");
        cluster.deleteNamespace();
        cluster.close();
    }

    @Test
    void showsEachViewerWhatKubernetesAllowsAndRunsATask() throws IOException {
        try (ControlPort port = new ControlPort(cluster, ControlE2E.RELEASE)) {
            servesThePage(port);
            assertEquals(401, port.get("", TASKS).code());
            assertEquals(401, port.get("invalid", TASKS).code());
            assertEquals(List.of(), names(port, "guest"));
            assertEquals(List.of("other"), names(port, "assistant"));
            assertEquals(List.of(TASK, "other"), names(port, "reader"));
            assertEquals(List.of(TASK, "other"), names(port, "manager"));
            refusesAReader(port);
            runsATaskOnce(port);
            pausesAndResumes(port);
        }
    }

    private void servesThePage(ControlPort port) {
        Reply page = port.get("", "/console/");
        assertEquals(200, page.code(), page.body());
        assertEquals(port.certificate("tls.crt"), page.presented());
        assertTrue(page.body().contains("<script type=\"module\" src=\"app.js\"></script>"), page.body());
        assertTrue(page.header("Content-Security-Policy").startsWith("default-src 'none'; script-src 'self';"));
        assertTrue(page.header("Content-Type").startsWith("text/html"));
        assertEquals(200, port.get("", "/console/app.js").code());
    }

    private void refusesAReader(ControlPort port) throws IOException {
        String reader = token("reader");
        JsonNode may = details(port, reader).path("may");
        assertFalse(may.path("run").asBoolean() || may.path("pause").asBoolean(), may.toString());
        for (String call : List.of("run/" + TASK, TASK + "/stop")) {
            Reply refused = port.post(reader, "/console/health/tasks/" + call, "", "refused");
            assertEquals(403, refused.code(), refused.body());
        }
        assertEquals(
                403,
                port.get(token("assistant"), TASKS + "/" + cluster.namespace + "/" + TASK)
                        .code());
    }

    private void runsATaskOnce(ControlPort port) throws IOException {
        String manager = token("manager");
        String run = "/console/health/tasks/run/" + TASK;
        Reply first = port.post(manager, run, "", "from-the-console");
        assertEquals(202, first.code(), first.body());
        String job = json.readTree(first.body()).path("job").asText();
        Reply again = port.post(manager, run, "", "from-the-console");
        assertEquals(job, json.readTree(again.body()).path("job").asText(), "a second click starts nothing");
        cluster.awaitTask(TASK, SOON, task -> task.getStatus().lastRun() != null);
        JsonNode status = awaits(port, manager, it -> it.has("lastRun"));
        assertEquals(job, status.path("lastRun").path("jobName").asText(), status.toString());
        assertEquals("Succeeded", status.path("lastRun").path("result").asText(), status.toString());
        assertEquals(1, status.path("history").size(), status.toString());
    }

    private void pausesAndResumes(ControlPort port) throws IOException {
        String manager = token("manager");
        String task = "/console/health/tasks/" + TASK;
        Reply paused = port.post(manager, task + "/stop", "{\"reason\": \"a move\"}", "pause");
        assertEquals(200, paused.code(), paused.body());
        cluster.awaitTask(TASK, SOON, it -> it.getStatus().pause() != null);
        JsonNode pause = awaits(port, manager, it -> it.has("pause")).path("pause");
        assertEquals("a move", pause.path("reason").asText());
        assertEquals(
                "system:serviceaccount:" + cluster.namespace + ":manager",
                pause.path("by").asText());
        Reply resumed = port.post(manager, task + "/start", "", "resume");
        assertEquals(200, resumed.code(), resumed.body());
        cluster.awaitTask(TASK, SOON, it -> it.getStatus().pause() == null);
    }

    private JsonNode details(ControlPort port, String token) throws IOException {
        Reply reply = port.get(token, TASKS + "/" + cluster.namespace + "/" + TASK);
        assertEquals(200, reply.code(), reply.body());
        return json.readTree(reply.body());
    }

    /** The console reads the cache of the operator, which can be a moment behind the API server. */
    private JsonNode awaits(ControlPort port, String token, Predicate<JsonNode> wanted) throws IOException {
        Instant end = Instant.now().plus(SOON);
        JsonNode status = details(port, token).path("task").path("status");
        while (!wanted.test(status) && Instant.now().isBefore(end)) {
            status = details(port, token).path("task").path("status");
        }
        assertTrue(wanted.test(status), status.toString());
        return status;
    }

    private List<String> names(ControlPort port, String account) throws IOException {
        Reply reply = port.get(token(account), TASKS);
        assertEquals(200, reply.code(), reply.body());
        return StreamSupport.stream(json.readTree(reply.body()).path("tasks").spliterator(), false)
                .map(task -> task.path("name").asText())
                .sorted()
                .toList();
    }

    private static boolean scheduled(CrmScheduledTask task) {
        return task.getStatus() != null && task.getStatus().nextRunTime() != null;
    }

    private void account(String name, String role) {
        cluster.kubectl("create", "serviceaccount", name);
        cluster.kubectl("create", "rolebinding", name, role, "--serviceaccount=" + cluster.namespace + ":" + name);
    }

    private String token(String account) {
        return cluster.kubectl("create", "token", account, "--audience", "crm-task-operator")
                .strip();
    }
}
