package io.crmventas.tasks.operator.webhook;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCertificates;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The tests send webhooks to a receiver on the loopback interface. */
@ExtendWith(LocalApiServerExtension.class)
class WebhooksIT {
    private static final byte[] KEY = "a key of sixteen bytes and more".getBytes(StandardCharsets.UTF_8);
    private static final WebhookDelivery.Backoff QUICK =
            new WebhookDelivery.Backoff(3, Duration.ofMillis(1), Duration.ofMillis(5));

    private static final int RETRY_AFTER_A_SECOND = 503;

    private record Call(
            String path,
            String id,
            String timestamp,
            String signature,
            String contentType,
            String upgrade,
            String body) {}

    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedDeque<Integer> answers = new ConcurrentLinkedDeque<>();
    private final List<Webhooks> started = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", this::answer);
        receiver.start();
    }

    @AfterEach
    void stop() {
        started.forEach(Webhooks::close);
        ended.countDown();
        receiver.stop(0);
    }

    @Test
    void sendsACloudEventThatItsReceiverCanVerify() throws Exception {
        notify(start(webhook("signed", Webhook.Format.CLOUD_EVENTS, Optional.of(KEY))), TestChanges.failure());
        Call call = next();
        assertEquals("application/cloudevents+json", call.contentType());
        assertEquals(
                WebhookDelivery.signature(
                        KEY, call.id(), Instant.ofEpochSecond(Long.parseLong(call.timestamp())), call.body()),
                call.signature());
        JsonNode event = new JsonMapper().readTree(call.body());
        assertEquals("1.0", event.path("specversion").asText());
        assertEquals(call.id(), event.path("id").asText());
        assertEquals("io.crmventas.task.failed", event.path("type").asText());
        assertEquals("cleanup-1", event.path("data").path("jobName").asText());
        awaitCount("signed", "success", 1);
    }

    /** Over plain http, Java asks for HTTP/2 by an upgrade: uvicorn then drops the body, and Node.js with WebSockets the call. */
    @Test
    void asksForNoUpgradeThatReceiversDoNotExpect() throws Exception {
        notify(start(webhook("plain", Webhook.Format.CLOUD_EVENTS, Optional.empty())), TestChanges.failure());
        assertEquals("null", next().upgrade());
    }

    @Test
    void escapesTheTextForSlack() throws Exception {
        notify(start(webhook("slack", Webhook.Format.SLACK, Optional.empty())), TestChanges.failure());
        String text = new JsonMapper().readTree(next().body()).path("text").asText();
        assertTrue(text.contains("crm/cleanup failed (DatabaseUnavailable). No &lt;answer&gt; &amp; no hope."), text);
    }

    @Test
    void repeatsAMessageWithTheSameIdAfterAFault() throws Exception {
        answers.add(502);
        answers.add(429);
        notify(start(webhook("flaky", Webhook.Format.CLOUD_EVENTS, Optional.empty())), TestChanges.failure());
        Call first = next();
        assertEquals(first.id(), next().id());
        assertEquals(first.id(), next().id());
        awaitCount("flaky", "success", 1);
    }

    @Test
    void waitsAsLongAsTheReceiverAsks() throws Exception {
        answers.add(RETRY_AFTER_A_SECOND);
        notify(start(webhook("busy", Webhook.Format.CLOUD_EVENTS, Optional.empty())), TestChanges.failure());
        next();
        long asked = System.nanoTime();
        next();
        assertTrue(System.nanoTime() - asked > TimeUnit.MILLISECONDS.toNanos(900), "the receiver asks for a second");
        awaitCount("busy", "success", 1);
    }

    @Test
    void givesUpAfterTheLastAttempt() throws Exception {
        answers.addAll(List.of(500, 500, 500));
        notify(start(webhook("broken", Webhook.Format.CLOUD_EVENTS, Optional.empty())), TestChanges.failure());
        awaitCount("broken", "failure", 1);
        assertEquals(3, calls.size());
    }

    @Test
    void followsNoRedirectAndRepeatsNoRefusedMessage() throws Exception {
        answers.addAll(List.of(302, 404));
        Webhooks webhooks = start(webhook("refusing", Webhook.Format.CLOUD_EVENTS, Optional.empty()));
        notify(webhooks, TestChanges.failure());
        awaitCount("refusing", "failure", 1);
        notify(webhooks, TestChanges.laterFailure());
        awaitCount("refusing", "failure", 2);
        assertEquals(
                List.of("/refusing", "/refusing"),
                calls.stream().map(Call::path).toList());
    }

    @Test
    void anUnreachableReceiverDelaysNoOtherReceiver() throws Exception {
        Webhook dead = new Webhook(
                "dead",
                URI.create("http://127.0.0.1:1/"),
                Webhook.Format.SLACK,
                EnumSet.allOf(WebhookMessage.Kind.class),
                Optional.empty(),
                Optional.empty());
        WebhookDelivery.Backoff patient = new WebhookDelivery.Backoff(100, Duration.ofHours(1), Duration.ofHours(1));
        notify(start(patient, dead, webhook("alive", Webhook.Format.SLACK, Optional.empty())), TestChanges.failure());
        assertEquals("/alive", next().path());
    }

    /** The address can be a secret, so the log has the kinds of the faults instead of their messages. */
    @Test
    void logsWhyAReceiverIsNotReachedWithoutItsAddress() throws Exception {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger(WebhookDelivery.class);
        logger.addAppender(logged);
        notify(
                start(new Webhook(
                        "lost",
                        URI.create("https://secret.invalid/"),
                        Webhook.Format.SLACK,
                        EnumSet.allOf(WebhookMessage.Kind.class),
                        Optional.empty(),
                        Optional.empty())),
                TestChanges.failure());
        awaitCount("lost", "failure", 1);
        logger.detachAppender(logged);
        String pairs = logged.list.getFirst().getKeyValuePairs().toString();
        assertTrue(pairs.contains("UnresolvedAddressException"), pairs);
        assertFalse(logged.list.toString().contains("secret"), logged.list.toString());
    }

    @Test
    void trustsTheAuthorityThatAWebhookNames(@TempDir Path folder) throws Exception {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(TestCertificates.context(folder)));
        https.createContext("/", this::answer);
        https.start();
        try {
            ObjectNode trusting = new JsonMapper()
                    .createObjectNode()
                    .put("name", "trusting")
                    .put("url", "https://127.0.0.1:" + https.getAddress().getPort() + "/trusting")
                    .put("caCertificate", Files.readString(folder.resolve("tls.crt")));
            ObjectNode usual = trusting.deepCopy().put("name", "usual");
            usual.remove("caCertificate");
            Webhook[] webhooks = Webhook.parse("{\"webhooks\": [" + trusting + "," + usual + "]}")
                    .toArray(Webhook[]::new);
            notify(start(webhooks), TestChanges.failure());
            awaitCount("trusting", "success", 1);
            awaitCount("usual", "failure", 1);
            assertEquals("/trusting", next().path());
        } finally {
            https.stop(0);
        }
    }

    /** The second operator knows only the status that the first one has written. */
    @Test
    void theNextLeaderSendsTheRecordedNotificationsOfAKilledLeader(LocalApiServer server) throws Exception {
        Webhook dead = new Webhook(
                "receiver",
                URI.create("http://127.0.0.1:1/"),
                Webhook.Format.CLOUD_EVENTS,
                EnumSet.allOf(WebhookMessage.Kind.class),
                Optional.empty(),
                Optional.empty());
        Webhooks first = start(new WebhookDelivery.Backoff(100, Duration.ofHours(1), Duration.ofHours(1)), dead);
        PendingNotification recorded;
        OperatorHarness crm = OperatorHarness.start(server, first);
        try (crm) {
            crm.create("cleanup", "{task: cleanup, interval: 5m}");
            crm.await("cleanup", ready("True"));
            FakeCluster cluster = new FakeCluster(crm);
            Job job = cluster.scheduledJob("cleanup");
            cluster.endPod(cluster.pod(job), 1, "Error", FakeCluster.report(RunResult.FAILED, "DatabaseError", "No."));
            cluster.failJob(job, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
            // A dead receiver does not delay the status.
            recorded = crm.await("cleanup", now -> !now.notifications().isEmpty())
                    .notifications()
                    .getFirst();
            assertEquals("failed", recorded.kind());
        }
        first.close();

        Webhooks second = start(webhook("receiver", Webhook.Format.CLOUD_EVENTS, Optional.empty()));
        try (OperatorHarness next = crm.restarted(second)) {
            Call call = next();
            assertEquals(recorded.id(), call.id());
            awaitCount("receiver", "success", 1);
            next.annotate("cleanup", "reconcile", "now");
            next.await("cleanup", now -> now.notifications().isEmpty());
            assertNull(calls.poll(), "the receiver gets one message");
        }
    }

    @Test
    void aMessageStaysInTheStatusUntilEveryWebhookIsDone() throws Exception {
        answers.add(502);
        Webhooks webhooks = start(webhook("flaky", Webhook.Format.CLOUD_EVENTS, Optional.empty()));
        StatusChange failure = TestChanges.failure();
        CrmScheduledTaskStatus written = notify(webhooks, failure);
        assertEquals(1, written.notifications().size());
        awaitCount("flaky", "success", 1);
        StatusChange nothingNew = new StatusChange(failure.task(), written, failure.next(), List.of());
        eventually(true, () -> webhooks.beforeWrite(nothingNew).notifications().isEmpty());
        assertEquals(2, calls.size());
    }

    @Test
    void anAnswerThatNeverEndsDelaysNoMessage() throws Exception {
        Webhooks webhooks = start(webhook("endless", Webhook.Format.SLACK, Optional.empty()));
        notify(webhooks, TestChanges.failure());
        awaitCount("endless", "success", 1);
        notify(webhooks, TestChanges.laterFailure());
        awaitCount("endless", "success", 2);
        assertEquals(2, calls.size());
    }

    @Test
    void givesUpAnUnsendableMessageOnceAndSendsTheNextOne() throws Exception {
        Webhooks webhooks = start(new Webhook(
                "nowhere",
                URI.create("http://127.0.0.1:70000/"),
                Webhook.Format.SLACK,
                EnumSet.allOf(WebhookMessage.Kind.class),
                Optional.empty(),
                Optional.empty()));
        notify(webhooks, TestChanges.failure());
        awaitCount("nowhere", "failure", 1);
        notify(webhooks, TestChanges.laterFailure());
        awaitCount("nowhere", "failure", 2);
    }

    @Test
    void sendsOnlyTheKindsThatAWebhookSelects() throws Exception {
        Webhook selective = new Webhook(
                "selective",
                url("selective"),
                Webhook.Format.SLACK,
                EnumSet.of(WebhookMessage.Kind.RECOVERED),
                Optional.empty(),
                Optional.empty());
        Webhooks webhooks = start(selective);
        notify(webhooks, TestChanges.failure());
        notify(
                webhooks,
                TestChanges.change(
                        TestChanges.status(TestChanges.conditions("LastRunSucceeded", "False"), 1, null),
                        TestChanges.status(TestChanges.conditions("LastRunSucceeded", "True"), 0, null)));
        assertTrue(next().body().contains("works again"));
        assertNull(calls.poll());
    }

    /** Calls the webhooks in the order of the reconciler. */
    private static CrmScheduledTaskStatus notify(Webhooks webhooks, StatusChange change) {
        CrmScheduledTaskStatus status = webhooks.beforeWrite(change);
        webhooks.stored(change.task(), status);
        return status;
    }

    private Webhooks start(Webhook... webhooks) {
        return start(QUICK, webhooks);
    }

    private Webhooks start(WebhookDelivery.Backoff backoff, Webhook... webhooks) {
        Webhooks running = new Webhooks(List.of(webhooks), Clock.systemUTC(), backoff);
        started.add(running);
        return running;
    }

    private void awaitCount(String webhook, String result, int messages) {
        eventually(
                (double) messages,
                () -> started.stream()
                        .mapToDouble(webhooks -> webhooks.deliveries()
                                .labelValues(webhook, result)
                                .get())
                        .sum());
    }

    private Webhook webhook(String name, Webhook.Format format, Optional<byte[]> key) {
        return new Webhook(name, url(name), format, EnumSet.allOf(WebhookMessage.Kind.class), key, Optional.empty());
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + path);
    }

    private Call next() throws InterruptedException {
        Call call = calls.poll(10, TimeUnit.SECONDS);
        assertNotNull(call, "the receiver got no call");
        return call;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            calls.add(new Call(
                    exchange.getRequestURI().getPath(),
                    header(exchange, WebhookDelivery.ID_HEADER),
                    header(exchange, WebhookDelivery.TIMESTAMP_HEADER),
                    header(exchange, WebhookDelivery.SIGNATURE_HEADER),
                    header(exchange, "Content-Type"),
                    header(exchange, "Upgrade"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Integer status = answers.poll();
            if (status != null && status == 302) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            if (status != null && status == RETRY_AFTER_A_SECOND) {
                exchange.getResponseHeaders().add("Retry-After", "1");
            }
            if (exchange.getRequestURI().getPath().equals("/endless")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                awaitTheEndOfTheTest();
            } else {
                exchange.sendResponseHeaders(status == null ? 204 : status, -1);
            }
        }
    }

    private void awaitTheEndOfTheTest() {
        try {
            ended.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }
}
