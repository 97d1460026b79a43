package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.e2e.ControlPort.Reply;
import io.crmventas.tasks.testing.Browser;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The console as the chart installs it, in a real browser: each viewer sees the tasks and actions that Kubernetes permits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleE2E {
    private static final String TASK = "listening";
    private static final String TASKS = "/console/api/tasks";
    private static final String CONFIRM = "//dialog//button[@type='submit']";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Cluster cluster = new Cluster("crm-console");
    private final JsonMapper json = new JsonMapper();

    @BeforeAll
    void install() {
        ControlE2E.install(cluster);
        cluster.account("guest");
        cluster.account("reader", "--clusterrole=view");
        cluster.kubectl(
                "create",
                "role",
                "other-only",
                "--verb=get",
                "--resource=crmscheduledtasks.crmventas.io",
                "--resource-name=other");
        cluster.account("assistant", "--role=other-only");
        cluster.account("manager", "--clusterrole=" + cluster.namespace + "-" + ControlE2E.RELEASE + "-run");
        cluster.awaitTask(TASK, SOON, ConsoleE2E::scheduled);
        cluster.awaitTask("other", SOON, ConsoleE2E::scheduled);
    }

    @AfterAll
    void uninstall() {
        ControlE2E.uninstall(cluster);
    }

    @Test
    void showsEachViewerThePermittedTasksAndRunsATask() throws IOException {
        try (ControlPort port = new ControlPort(cluster, ControlE2E.RELEASE);
                Browser browser = new Browser("es")) {
            servesThePage(port);
            assertEquals(401, port.get("", TASKS).code());
            assertEquals(401, port.get("invalid", TASKS).code());
            assertEquals(List.of(), names(port, "guest"));
            assertEquals(List.of("other"), names(port, "assistant"));
            assertEquals(List.of(TASK, "other"), names(port, "reader"));
            assertEquals(List.of(TASK, "other"), names(port, "manager"));
            refusesAReader(port);
            browser.size(1280, 860);
            offersAReaderNothing(port, browser);
            runsATask(port, browser);
            pausesAndResumes(browser);
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
        String reader = cluster.token("reader");
        JsonNode may = details(port, reader).path("may");
        assertFalse(may.path("run").asBoolean() || may.path("pause").asBoolean(), may.toString());
        for (String call : List.of("run/" + TASK, TASK + "/stop")) {
            String path = "/console/health/tasks/" + call + "?namespace=" + cluster.namespace;
            Reply refused = port.post(reader, path, "", "refused");
            assertEquals(403, refused.code(), refused.body());
        }
        assertEquals(
                403,
                port.get(cluster.token("assistant"), TASKS + "/" + cluster.namespace + "/" + TASK)
                        .code());
    }

    private void offersAReaderNothing(ControlPort port, Browser browser) {
        openTask(port, browser, "reader");
        browser.awaitText("Sus permisos le dejan leer esta tarea, pero no ejecutarla ni pausarla.");
    }

    private void runsATask(ControlPort port, Browser browser) {
        openTask(port, browser, "manager");
        browser.clickButton("Ejecutar ahora");
        browser.click(CONFIRM);
        CrmScheduledTaskStatus status = cluster.awaitTask(
                        TASK, SOON, task -> task.getStatus().lastRun() != null)
                .getStatus();
        browser.awaitText("La ejecución terminó");
        assertEquals("Succeeded", status.lastRun().result(), status::toString);
        assertEquals(1, status.history().size(), status::toString);
    }

    private void pausesAndResumes(Browser browser) {
        browser.clickButton("Pausar");
        browser.type("//input[@name='reason']", "una mudanza");
        browser.click(CONFIRM);
        browser.awaitText("En pausa por manager (" + cluster.namespace + ")");
        CrmScheduledTask paused =
                cluster.awaitTask(TASK, SOON, it -> it.getStatus().pause() != null);
        assertEquals("una mudanza", paused.getStatus().pause().reason());
        assertEquals(cluster.user("manager"), paused.getStatus().pause().by());
        browser.clickButton("Reanudar");
        browser.click(CONFIRM);
        cluster.awaitTask(TASK, SOON, it -> it.getStatus().pause() == null);
    }

    private void openTask(ControlPort port, Browser browser, String account) {
        browser.open(port.address() + "/console/#/tasks/" + cluster.namespace + "/" + TASK);
        browser.type("//input[@name='token']", cluster.token(account));
        browser.clickButton("Entrar");
        browser.await(TASK, "return document.querySelector('h1').textContent");
    }

    private JsonNode details(ControlPort port, String token) throws IOException {
        Reply reply = port.get(token, TASKS + "/" + cluster.namespace + "/" + TASK);
        assertEquals(200, reply.code(), reply.body());
        return json.readTree(reply.body());
    }

    private List<String> names(ControlPort port, String account) throws IOException {
        Reply reply = port.get(cluster.token(account), TASKS);
        assertEquals(200, reply.code(), reply.body());
        return StreamSupport.stream(json.readTree(reply.body()).path("tasks").spliterator(), false)
                .map(task -> task.path("name").asText())
                .sorted()
                .toList();
    }

    private static boolean scheduled(CrmScheduledTask task) {
        return task.getStatus() != null && task.getStatus().nextRunTime() != null;
    }
}
