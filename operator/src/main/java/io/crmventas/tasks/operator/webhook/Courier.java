package io.crmventas.tasks.operator.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to one webhook, one after the other, on a thread of its own: a receiver that is slow or dead holds up
 * neither a reconcile nor another receiver. What is still undelivered when the operator ends is lost; the status and
 * the Events tell it all the same.
 */
final class Courier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int LONGEST_QUEUE = 1_000;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String SUCCESS = "success";
    private static final String FAILURE = "failure";

    private final Webhook webhook;
    private final HttpClient client;
    private final Clock clock;
    private final Backoff backoff;
    private final DeliveryCount count;
    private final BlockingQueue<News> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Thread thread;

    /**
     * @param attempts in all
     * @param first longest wait after the first one; it doubles with each further one. Half of a wait is random, so that
     *     webhooks of one receiver do not all come back at one moment
     */
    record Backoff(int attempts, Duration first, Duration longest) {
        /** About a quarter of an hour in all, 10 to 20 minutes. */
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

    private enum Outcome {
        DELIVERED,
        REFUSED,
        WORTH_ANOTHER_TRY
    }

    Courier(Webhook webhook, HttpClient client, Clock clock, Backoff backoff, DeliveryCount count) {
        this.webhook = webhook;
        this.client = client;
        this.clock = clock;
        this.backoff = backoff;
        this.count = count;
        count.count(webhook.name(), SUCCESS, 0);
        count.count(webhook.name(), FAILURE, 0);
        this.thread = Thread.ofVirtual().name("webhook-" + webhook.name()).start(this::work);
    }

    /** Never waits. */
    void take(News news) {
        if (webhook.kinds().contains(news.kind()) && !queue.offer(news)) {
            failed(news, "too many wait for this webhook already");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void work() {
        try {
            while (true) {
                deliver(queue.take());
            }
        } catch (InterruptedException end) {
            queue.forEach(news -> failed(news, "the operator ended"));
        }
    }

    private void deliver(News news) throws InterruptedException {
        try {
            tryToDeliver(news);
        } catch (InterruptedException end) {
            failed(news, "the operator ended");
            throw end;
        } catch (RuntimeException unforeseen) {
            // These news only: the thread is the webhook's, and the next ones may go. Without the message, as below.
            failed(news, "it cannot be sent: " + unforeseen.getClass().getSimpleName());
        }
    }

    private void tryToDeliver(News news) throws InterruptedException {
        for (int attempt = 1; attempt <= backoff.attempts(); attempt++) {
            if (attempt > 1) {
                Thread.sleep(backoff.after(attempt - 1));
            }
            switch (attempt(news)) {
                case DELIVERED -> {
                    count.count(webhook.name(), SUCCESS, 1);
                    return;
                }
                case REFUSED -> {
                    failed(news, "the receiver refused it");
                    return;
                }
                case WORTH_ANOTHER_TRY -> {}
            }
        }
        failed(news, "no attempt of " + backoff.attempts() + " got through");
    }

    private Outcome attempt(News news) throws InterruptedException {
        try {
            int status = send(request(news));
            if (status >= HttpURLConnection.HTTP_OK && status < HttpURLConnection.HTTP_MULT_CHOICE) {
                return Outcome.DELIVERED;
            }
            LOG.atWarn()
                    .addKeyValue("webhook", webhook.name())
                    .addKeyValue("status", status)
                    .log("Webhook answered");
            boolean transientFault = status >= HttpURLConnection.HTTP_INTERNAL_ERROR
                    || status == TOO_MANY_REQUESTS
                    || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT;
            // A redirect is refused too: the configuration alone says where news go.
            return transientFault ? Outcome.WORTH_ANOTHER_TRY : Outcome.REFUSED;
        } catch (IOException unreachable) {
            // Without the cause's message, which may hold the URL.
            LOG.atWarn()
                    .addKeyValue("webhook", webhook.name())
                    .addKeyValue("error", unreachable.getClass().getSimpleName())
                    .log("Webhook not reached");
            return Outcome.WORTH_ANOTHER_TRY;
        }
    }

    /** Leaves the body of the answer unread: the request's timeout ends with the headers, and a body need never end. */
    private int send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private HttpRequest request(News news) {
        Letter letter = Letter.of(news, webhook.format());
        Instant now = clock.instant();
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", letter.contentType())
                .header("User-Agent", "crm-task-operator")
                .header(Signature.ID, news.id())
                .header(Signature.TIMESTAMP, String.valueOf(now.getEpochSecond()))
                .POST(HttpRequest.BodyPublishers.ofString(letter.body()));
        webhook.key()
                .ifPresent(
                        key -> request.header(Signature.SIGNATURE, Signature.of(key, news.id(), now, letter.body())));
        return request.build();
    }

    private void failed(News news, String why) {
        count.count(webhook.name(), FAILURE, 1);
        LOG.atError()
                .addKeyValue("webhook", webhook.name())
                .addKeyValue("task", news.namespace() + "/" + news.name())
                .addKeyValue("kind", news.kind().text())
                .addKeyValue("why", why)
                .log("Webhook not delivered");
    }
}
