package io.crmventas.tasks.operator.control;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.control.ControlPortFixture.Reply;
import io.crmventas.tasks.operator.suspension.CircuitBreaker;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.FaultyProxy;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ServiceAccounts;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Updatable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The control port runs, pauses and resumes tasks for a caller with the permissions. */
@ExtendWith(LocalApiServerExtension.class)
class ControlIT {
    private static final String TASK = "notification-checks";

    private OperatorHarness crm;
    private ControlPortFixture control;
    private ServiceAccounts people;
    private String token;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        crm.create(TASK, "{task: notification-checks, interval: 5m, enabled: false}");
        crm.await(TASK, ready("True"));
        control = new ControlPortFixture(crm, server);
        people = new ServiceAccounts(server, crm.namespace());
        token = people.allowed(
                "ceo", crm.namespace(), "crmscheduledtasks,crmscheduledtasks/run,crmscheduledtasks/pause");
    }

    @AfterEach
    void stop() {
        control.close();
        crm.close();
    }

    @Test
    void pausesAndResumesATask() {
        String until = control.clock.instant().plus(Duration.ofHours(2)).toString();
        Reply paused = control.call(
                "POST",
                token,
                "/health/tasks/" + TASK + "/stop",
                "{\"reason\": \"migration\", \"until\": \"" + until + "\"}");
        assertEquals(200, paused.code(), paused.error());
        assertEquals("paused", paused.json().path("status").asText());
        assertEquals(people.user("ceo"), paused.json().path("by").asText());
        Map<String, String> annotations = annotations();
        assertEquals("migration", annotations.get(PauseNotice.PAUSED));
        assertEquals(people.user("ceo"), annotations.get(PauseNotice.BY));
        assertEquals(until, annotations.get(PauseNotice.UNTIL));

        Reply resumed = control.post(token, "/health/tasks/" + TASK + "/start");
        assertEquals(200, resumed.code(), resumed.error());
        annotations = annotations();
        assertNull(annotations.get(PauseNotice.PAUSED));
        assertNull(annotations.get(PauseNotice.BY));
        assertNull(annotations.get(PauseNotice.UNTIL));
        String resume = annotations.get(CircuitBreaker.RESUME);
        control.post(token, "/health/tasks/" + TASK + "/start");
        assertNotEquals(resume, annotations().get(CircuitBreaker.RESUME), "each resume closes the breaker again");
    }

    @Test
    void pausesAndResumesAllTasks() {
        people.grant("ceo", ControlPortFixture.OPERATOR_NAMESPACE, "crmscheduledtasks/pause");
        Reply paused = control.call("POST", token, "/health/tasks/stop", "{\"reason\": \"freeze\"}");
        assertEquals(200, paused.code(), paused.error());
        assertEquals(Map.of("paused", "true", "by", people.user("ceo"), "reason", "freeze", "until", ""), pause());
        assertEquals(200, control.post(token, "/health/tasks/stop").code());
        assertEquals(
                Map.of("paused", "true", "by", people.user("ceo"), "reason", "", "until", ""),
                pause(),
                "the second pause replaces the reason");
        assertEquals(200, control.post(token, "/health/tasks/start").code());
        assertEquals(Map.of("paused", "false"), pause());
    }

    /** A server-side apply keeps the keys of another field manager, such as an end that has passed. */
    @Test
    void aPauseOfAllTasksReplacesOneThatAPersonWrote() {
        people.grant("ceo", ControlPortFixture.OPERATOR_NAMESPACE, "crmscheduledtasks/pause");
        ConfigMap own = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(PauseNotice.CONFIG_MAP)
                .withNamespace(ControlPortFixture.OPERATOR_NAMESPACE)
                .endMetadata()
                .withData(Map.of("paused", "true", "reason", "a move", "until", "2026-01-01T00:00:00Z"))
                .build();
        crm.client().resource(own).createOr(Updatable::update);
        assertEquals(200, control.post(token, "/health/tasks/stop").code());
        assertEquals(
                Optional.of(people.user("ceo")),
                PauseNotice.forAll(pause()).orElseThrow().by());
        assertEquals(Optional.empty(), PauseNotice.forAll(pause()).orElseThrow().until());
        assertEquals(Optional.empty(), PauseNotice.forAll(pause()).orElseThrow().reason());
        assertEquals(200, control.post(token, "/health/tasks/start").code());
        assertEquals(Optional.empty(), PauseNotice.forAll(pause()));
    }

    @Test
    void runsATaskOncePerToken() {
        String path = "/health/tasks/run/" + TASK + "?token=monday";
        Reply first = control.post(token, path);
        assertEquals(202, first.code(), first.error());
        assertEquals("monday", first.json().path("run_id").asText());
        String status = first.json().path("status_url").asText();
        assertEquals("/health/tasks/" + TASK + "?namespace=" + crm.namespace(), status);
        crm.await(TASK, now -> "monday".equals(now.lastHandledRunRequest()));
        assertEquals(
                List.of(first.json().path("job").asText()),
                crm.jobs().stream().map(job -> job.getMetadata().getName()).toList());

        Reply again = control.call("GET", token, path, "");
        assertEquals(202, again.code(), again.error());
        assertEquals(first.json(), again.json());
        assertEquals(1, crm.jobs().size());
        crm.awaitCached(TASK);
        assertTrue(control.call("GET", "", status, "")
                .json()
                .path("last_handled_run_request")
                .isMissingNode());
        Reply details = control.call("GET", token, status, "");
        assertEquals(200, details.code());
        assertEquals("monday", details.json().path("last_handled_run_request").asText());
    }

    @Test
    void runsATaskOncePerIdempotencyKey() {
        String run = "/health/tasks/run/" + TASK;
        Reply first = control.call("POST", token, run, "", "Idempotency-Key", "monday");
        assertEquals(202, first.code(), first.error());
        crm.await(TASK, now -> "monday".equals(now.lastHandledRunRequest()));
        Reply again = control.call("POST", token, run, "", "Idempotency-Key", "monday");
        assertEquals(first.json(), again.json());
        assertEquals(1, crm.jobs().size());
        assertRefused(
                405, "GET with the parameter token", control.call("GET", token, run, "", "Idempotency-Key", "monday"));
    }

    @Test
    void reportsAnUnknownOutcomeWhenTheAnswerOfTheApiServerIsLost(LocalApiServer server) {
        String run = "/health/tasks/run/" + TASK + "?token=monday";
        assertRefused(
                503, "whether this was done, and the same call again does it once", runWithLostAnswer(server, run));
        Reply again = control.post(token, run);
        assertEquals(202, again.code(), again.error());
        crm.await(TASK, now -> "monday".equals(now.lastHandledRunRequest()));
        assertEquals(1, crm.jobs().size());
    }

    /** Without a token, each call requests another run. */
    @Test
    void advisesNoRepetitionOfARunWithoutAToken(LocalApiServer server) {
        Reply lost = runWithLostAnswer(server, "/health/tasks/run/" + TASK);
        assertRefused(503, "whether this was done; look at the task before you repeat the call", lost);
    }

    /** The API server stores the annotation, and its answer is lost. */
    private Reply runWithLostAnswer(LocalApiServer server, String run) {
        // The third write is the annotation, after the reviews of the token and of the permission.
        try (FaultyProxy proxy = new FaultyProxy(
                        server.client().getConfiguration(), 3, FaultyProxy.Moment.AFTER_THE_WRITE, () -> {});
                KubernetesClient cut = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(Config.empty())
                                .withMasterUrl(proxy.url())
                                .build())
                        .build();
                ControlPortFixture port = new ControlPortFixture(crm, cut, "EC")) {
            return port.post(token, run);
        }
    }

    /** The API server answers, and the same call again would do nothing either. */
    @Test
    void passesOnWhyKubernetesRefusesAChange() {
        crm.annotate(TASK, "example.com/filler", "x".repeat(256 * 1024 - 100));
        assertRefused(
                422,
                "Kubernetes refused the change, so nothing was done: ",
                control.post(token, "/health/tasks/" + TASK + "/stop"));
        assertFalse(annotations().containsKey(PauseNotice.PAUSED));
    }

    /** A later real run must not inherit the option dry_run. */
    @Test
    void aDryRunDoesNotMakeTheNextRunDry() {
        assertRefused(
                405,
                "GET with the parameter token",
                control.call("GET", token, "/health/tasks/run/" + TASK + "?dry_run=true", ""));
        Reply reply = control.call("GET", token, "/health/tasks/run/" + TASK + "?dry_run=true&token=trial", "");
        assertEquals(202, reply.code(), reply.error());
        assertTrue(reply.json().path("dry_run").asBoolean());
        String dry = reply.json().path("run_id").asText();
        crm.await(TASK, now -> dry.equals(now.lastHandledDryRunRequest()));
        assertTrue(arguments(crm.jobs().getFirst()).contains("--dry-run"));
        FakeCluster cluster = new FakeCluster(crm);
        Job job = cluster.start(crm.jobs().getFirst());
        cluster.endPod(cluster.pod(job), 0, "Completed", "{}");
        cluster.completeJob(job);
        crm.await(TASK, now -> now.lastDryRun() != null && now.active().isEmpty());
        String run = control.post(token, "/health/tasks/run/" + TASK)
                .json()
                .path("run_id")
                .asText();
        crm.await(TASK, now -> run.equals(now.lastHandledRunRequest()));
        assertEquals(
                1,
                crm.jobs().stream()
                        .filter(now -> !arguments(now).contains("--dry-run"))
                        .count());
    }

    @Test
    void refusesATokenThatWasUsedForAnotherKindOfRun() {
        String run = "/health/tasks/run/" + TASK + "?token=monday";
        assertEquals(202, control.post(token, run + "&dry_run=true").code());
        assertRefused(409, "stands for a dry run already", control.post(token, run));
        crm.await(TASK, now -> "monday".equals(now.lastHandledDryRunRequest()));
        assertRefused(409, "stands for a dry run already", control.post(token, run));
        assertEquals(202, control.post(token, run + "&dry_run=true").code());
        assertEquals(1, crm.jobs().size());
    }

    @Test
    void refusesARunThatTheOperatorWouldRefuse(LocalApiServer server) {
        Map<String, String> catalog = Map.of(
                "WATCH_NAMESPACES",
                crm.namespace(),
                "EXTRA_TASKS",
                "{\"send-invoices\":{\"image\":\"registry.example/invoices:1\",\"args\":[\"send\"]}}");
        crm.close();
        crm = crm.restarted(catalog);
        control.close();
        control = new ControlPortFixture(crm, server);
        crm.create("invoices", "{task: send-invoices, interval: 5m}");
        crm.await("invoices", ready("True"));
        crm.create("unknown", "{task: send-invoice, interval: 5m}");
        crm.await("unknown", ready("False"));
        Reply dry = control.post(token, "/health/tasks/run/invoices?dry_run=true");
        assertRefused(422, "has no dry run", dry);
        assertEquals("NoDryRun", dry.json().path("reason").asText());
        Reply unknown = control.post(token, "/health/tasks/run/unknown");
        assertRefused(422, "spec.task is send-invoice, which the operator does not have", unknown);
        assertEquals("UnknownTask", unknown.json().path("reason").asText());
        for (String task : List.of("invoices", "unknown")) {
            Map<String, String> annotations = crm.task(task).get().getMetadata().getAnnotations();
            assertTrue(annotations == null || annotations.isEmpty(), () -> "no run is requested: " + annotations);
        }
        assertEquals(List.of(), crm.jobs());
    }

    /** A caller reads a refusal of the leader at the status_url of the first answer. */
    @Test
    void reportsARunThatKubernetesRefuses() {
        // The API server creates no Job in a namespace that is being deleted. No controller runs here, so the namespace
        // stays.
        crm.client().namespaces().withName(crm.namespace()).delete();
        String run = "/health/tasks/run/" + TASK + "?token=monday";
        Reply accepted = control.post(token, run);
        assertEquals(202, accepted.code(), accepted.error());
        crm.await(TASK, now -> "monday".equals(now.lastHandledRunRequest()));
        Reply details =
                control.call("GET", token, accepted.json().path("status_url").asText(), "");
        JsonNode request = details.json().path("run_requests").path(0);
        assertEquals("monday", request.path("token").asText());
        assertEquals("JobRejected", request.path("reason").asText());
        assertTrue(request.path("job_name").isMissingNode(), request::toString);
        assertRefused(422, "being terminated", control.post(token, run));
    }

    @Test
    void refusesASecondRunWhileOneIsActive() {
        control.post(token, "/health/tasks/run/" + TASK + "?token=monday");
        crm.await(TASK, now -> !now.active().isEmpty());
        Reply busy = control.post(token, "/health/tasks/run/" + TASK + "?token=tuesday");
        assertEquals(409, busy.code());
        assertTrue(busy.error().contains(crm.jobs().getFirst().getMetadata().getName()), busy.error());
        assertEquals("monday", annotations().get("crmventas.io/run-requested"));
    }

    @Test
    void asksForTheNamespaceWhenTheNameIsAmbiguous(LocalApiServer server) {
        try (OperatorHarness other = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
                OperatorHarness both = OperatorHarness.start(
                        server, Map.of("WATCH_NAMESPACES", crm.namespace() + "," + other.namespace()));
                ControlPortFixture port = new ControlPortFixture(both, server)) {
            other.create(TASK, "{task: notification-checks, interval: 5m, enabled: false}");
            other.await(TASK, ready("True"));
            Reply ambiguous = port.post(token, "/health/tasks/" + TASK + "/stop");
            assertEquals(409, ambiguous.code());
            assertEquals(
                    2,
                    ambiguous.json().path("namespaces").size(),
                    ambiguous.json().toString());
            Reply named = port.post(token, "/health/tasks/" + TASK + "/stop?namespace=" + crm.namespace());
            assertEquals(200, named.code(), named.error());
            assertEquals("true", annotations().get(PauseNotice.PAUSED));
            assertEquals(409, port.call("GET", "", "/health/tasks/" + TASK, "").code());
        }
    }

    @Test
    void reportsTheMistakeAndDoesNothing() {
        String stop = "/health/tasks/" + TASK + "/stop";
        assertRefused(400, "body.until is wrong", control.call("POST", token, stop, "{\"until\": \"soon\"}"));
        assertRefused(
                400, "\"dryrun\" is not known", control.post(token, "/health/tasks/run/" + TASK + "?dryrun=true"));
        assertRefused(400, "\"dry_run\"", control.post(token, "/health/tasks/run/" + TASK + "?dry_run=1"));
        assertRefused(400, "\"token\"", control.post(token, "/health/tasks/run/" + TASK + "?token=a%20b"));
        for (String call : List.of("run/" + TASK, TASK + "/start")) {
            Reply reply = control.call("POST", token, "/health/tasks/" + call, "{\"dry_run\": true}");
            assertRefused(400, "this call has no body", reply);
        }
        assertRefused(400, "comes twice", control.post(token, stop + "?namespace=a&namespace=b"));
        assertRefused(413, "16384", control.call("POST", token, stop, " ".repeat(20_000)));
        assertRefused(404, "no task \"nothing\"", control.post(token, "/health/tasks/run/nothing"));
        assertRefused(403, "in namespace \"elsewhere\"", control.post(token, stop + "?namespace=elsewhere"));
        assertRefused(405, "only POST", control.call("PUT", token, stop, ""));
        assertRefused(405, "only POST, or GET", control.call("DELETE", token, "/health/tasks/run/" + TASK, ""));
        assertFalse(annotations().containsKey(PauseNotice.PAUSED));
        assertEquals(List.of(), crm.jobs());
    }

    private static void assertRefused(int code, String message, Reply reply) {
        assertEquals(code, reply.code(), reply.error());
        assertTrue(reply.error().contains(message), reply.error());
    }

    private Map<String, String> annotations() {
        Map<String, String> annotations = crm.task(TASK).get().getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private Map<String, String> pause() {
        return crm.client()
                .configMaps()
                .inNamespace(ControlPortFixture.OPERATOR_NAMESPACE)
                .withName(PauseNotice.CONFIG_MAP)
                .get()
                .getData();
    }

    private static List<String> arguments(Job job) {
        return job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    }
}
