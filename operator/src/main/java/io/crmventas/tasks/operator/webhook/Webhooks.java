package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.operator.status.StatusChange;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tells every webhook of the configuration about changes of outcome. */
public final class Webhooks implements Consumer<StatusChange>, AutoCloseable {
    private final HttpClient client;
    private final List<Courier> couriers;

    Webhooks(List<Webhook> webhooks, Clock clock, Courier.Backoff backoff, DeliveryCount count) {
        client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        couriers = webhooks.stream()
                .map(webhook -> new Courier(webhook, client, clock, backoff, count))
                .toList();
    }

    /**
     * @param json content of the file that WEBHOOKS_FILE names
     * @throws IllegalArgumentException with all that is wrong in it
     */
    public static Webhooks of(String json, Clock clock, DeliveryCount count) {
        return new Webhooks(WebhookFile.parse(json), clock, Courier.Backoff.USUAL, count);
    }

    @Override
    public void accept(StatusChange change) {
        if (couriers.isEmpty()) {
            return;
        }
        Newsroom.of(change).forEach(news -> couriers.forEach(courier -> courier.take(news)));
    }

    @Override
    public void close() {
        couriers.forEach(Courier::close);
        client.shutdownNow();
    }
}
