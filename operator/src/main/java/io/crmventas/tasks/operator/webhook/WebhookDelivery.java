package io.crmventas.tasks.operator.webhook;

import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to one webhook, one after the other, on its own thread. A slow or dead receiver delays neither a
 * reconcile nor another receiver.
 */
public final class WebhookDelivery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookDelivery.class);
    private static final int LONGEST_QUEUE = 1_000;
    private static final int LONGEST_RETRY_AFTER = 120;
    /** A request timeout and too many requests may pass, as every fault of a server. */
    private static final Set<Integer> MAY_PASS = Set.of(408, 429);

    static final String ID_HEADER = "webhook-id";
    static final String TIMESTAMP_HEADER = "webhook-timestamp";
    static final String SIGNATURE_HEADER = "webhook-signature";
    private static final String HMAC = "HmacSHA256";

    private final Webhook webhook;
    private final HttpClient client;
    private final Clock clock;
    private final Backoff backoff;
    private final Counter counter;
    /** The key is the id of a message. The value is whether the message is delivered or given up. */
    private final SequencedMap<String, Boolean> taken = new LinkedHashMap<>();

    private final BlockingQueue<WebhookMessage> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Thread thread;

    /**
     * @param attempts the number of all attempts
     * @param first the longest wait after the first attempt; it doubles with each further one. Half of a wait is
     *     random, so that the webhooks of one receiver do not all repeat at one moment
     */
    record Backoff(int attempts, Duration first, Duration longest) {
        /** All attempts together take 10 to 20 minutes. */
        static final Backoff USUAL = new Backoff(17, Duration.ofSeconds(1), Duration.ofMinutes(2));

        Duration after(int attempt) {
            long least = least(attempt).toMillis();
            return Duration.ofMillis(
                    ThreadLocalRandom.current().nextLong(least, most(attempt).toMillis() + 1));
        }

        Duration least(int attempt) {
            return most(attempt).dividedBy(2);
        }

        Duration most(int attempt) {
            return Duration.ofMillis(Math.min(longest.toMillis(), first.toMillis() << Math.min(attempt - 1, 20)));
        }
    }

    WebhookDelivery(Webhook webhook, Clock clock, Backoff backoff, Counter counter) {
        this.webhook = webhook;
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER);
        webhook.tls().ifPresent(http::sslContext);
        this.client = http.build();
        this.clock = clock;
        this.backoff = backoff;
        this.counter = counter;
        // Prometheus counts no increase of a series that begins at 1, so both exist before the first message.
        counter.initLabelValues(webhook.name(), "success");
        counter.initLabelValues(webhook.name(), "failure");
        this.thread = Thread.ofVirtual().name("webhook-" + webhook.name()).start(this::work);
    }

    /** Takes a new message. This call never waits: when the queue is full, a later call takes the message. */
    synchronized void take(WebhookMessage message) {
        if (webhook.kinds().contains(message.kind()) && !taken.containsKey(message.id()) && queue.offer(message)) {
            taken.put(message.id(), false);
            // The limit bounds the entries of deleted tasks. A message that is forgotten too early is delivered twice.
            if (taken.size() > 10 * LONGEST_QUEUE) {
                taken.pollFirstEntry();
            }
        }
    }

    /** Returns whether this webhook has no more work with the message. */
    synchronized boolean done(String id, WebhookMessage.Kind kind) {
        return !webhook.kinds().contains(kind) || taken.getOrDefault(id, false);
    }

    @Override
    public void close() {
        thread.interrupt();
        client.shutdownNow();
    }

    private void work() {
        try {
            while (true) {
                WebhookMessage message = queue.take();
                report(message, deliver(message));
                synchronized (this) {
                    taken.put(message.id(), true);
                }
            }
        } catch (InterruptedException end) {
            // The status of the task still holds an undelivered message, so the next leader delivers it.
            Thread.currentThread().interrupt();
        }
    }

    /** @return why the operator gives up the message; empty when it was delivered */
    private Optional<String> deliver(WebhookMessage message) throws InterruptedException {
        Duration wait = Duration.ZERO;
        for (int attempt = 1; attempt <= backoff.attempts(); attempt++) {
            Thread.sleep(wait);
            wait = backoff.after(attempt);
            try {
                HttpResponse<InputStream> answer =
                        client.send(request(message), HttpResponse.BodyHandlers.ofInputStream());
                // We do not read the body: the request's timeout covers only the headers, so a body could block
                // forever.
                answer.body().close();
                int status = answer.statusCode();
                if (status / 100 == 2) {
                    return Optional.empty();
                }
                LOG.atWarn()
                        .addKeyValue("webhook", webhook.name())
                        .addKeyValue("status", status)
                        .log("Webhook answered");
                if (!MAY_PASS.contains(status) && status < HttpURLConnection.HTTP_INTERNAL_ERROR) {
                    // A redirect counts as a refusal: only the configuration may decide where messages go.
                    return Optional.of("the receiver refused it");
                }
                wait = Collections.max(List.of(wait, retryAfter(answer)));
            } catch (IOException unreachable) {
                // The log leaves out the messages, because they can hold the URL.
                LOG.atWarn()
                        .addKeyValue("webhook", webhook.name())
                        .addKeyValue("error", kinds(unreachable))
                        .log("Webhook not reached");
            } catch (RuntimeException unforeseen) {
                // The thread continues with the next message. The exception's message can hold the URL, too.
                return Optional.of("it cannot be sent: " + unforeseen.getClass().getSimpleName());
            }
        }
        return Optional.of("no attempt of " + backoff.attempts() + " succeeded");
    }

    /** Returns the seconds that the receiver asks for, up to a limit that keeps the messages behind this one moving. */
    private static Duration retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Duration.ofSeconds(Math.min(Long.parseLong(text), LONGEST_RETRY_AFTER)))
                .orElse(Duration.ZERO);
    }

    /** Returns the kinds of a fault and its causes. Only a cause distinguishes DNS, a refusal and a bad certificate. */
    private static String kinds(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause)
                .map(cause -> cause.getClass().getSimpleName())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private HttpRequest request(WebhookMessage message) {
        String body = message.json(webhook.format());
        Instant now = clock.instant();
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", webhook.format().contentType())
                .header("User-Agent", "crm-task-operator")
                .header(ID_HEADER, message.id())
                .header(TIMESTAMP_HEADER, String.valueOf(now.getEpochSecond()))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        webhook.key().ifPresent(key -> request.header(SIGNATURE_HEADER, signature(key, message.id(), now, body)));
        return request.build();
    }

    /**
     * Computes the signature of Standard Webhooks (standardwebhooks.com): HMAC-SHA-256 over {@code id.timestamp.body}.
     * A receiver recognizes a forged or a replayed call by it.
     */
    static String signature(byte[] key, String id, Instant timestamp, String body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            String signed = id + "." + timestamp.getEpochSecond() + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", impossible);
        }
    }

    private void report(WebhookMessage message, Optional<String> failure) {
        counter.labelValues(webhook.name(), failure.isEmpty() ? "success" : "failure")
                .inc();
        failure.ifPresent(why -> LOG.atError()
                .addKeyValue("webhook", webhook.name())
                .addKeyValue("task", message.task().id())
                .addKeyValue("kind", message.kind().text())
                .addKeyValue("why", why)
                .log("Webhook not delivered"));
    }
}
