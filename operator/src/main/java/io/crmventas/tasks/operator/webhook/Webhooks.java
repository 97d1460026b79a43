package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.prometheus.metrics.core.metrics.Counter;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * Notifies every webhook of the configuration, at least once for each change of outcome. The status write that records
 * a change also records its notification. The entry stays in the status until each webhook has the message or the
 * operator gave it up. An operator that starts meanwhile finds the entry there and delivers it.
 */
public final class Webhooks implements StatusObserver, AutoCloseable {
    /** The limit keeps the status small, because people read it and its size has a limit. */
    private static final int MOST_PENDING = 10;

    private final List<WebhookDelivery> deliveries;
    private final Counter counter = Counter.builder()
            .name("crm_task_operator_webhook_deliveries")
            .help("Webhook notifications that were delivered or given up, by target and result.")
            .labelNames("target", "result")
            .build();

    Webhooks(List<Webhook> webhooks, Clock clock, WebhookDelivery.Backoff backoff) {
        deliveries = webhooks.stream()
                .map(webhook -> new WebhookDelivery(webhook, clock, backoff, counter))
                .toList();
    }

    /**
     * @param json the content of the file that WEBHOOKS_FILE names
     * @throws IllegalArgumentException with all mistakes of the file
     */
    public static Webhooks parse(String json, Clock clock) {
        return new Webhooks(Webhook.parse(json), clock, WebhookDelivery.Backoff.USUAL);
    }

    /** Returns the counter of the messages that were delivered or given up. */
    public Counter deliveries() {
        return counter;
    }

    @Override
    public CrmScheduledTaskStatus beforeWrite(StatusChange change) {
        List<PendingNotification> next = deliveries.isEmpty()
                ? List.of()
                : Stream.concat(change.previous().notifications().stream(), WebhookMessage.causedBy(change).stream())
                        .filter(notification -> !done(notification))
                        .toList();
        List<PendingNotification> newest = next.subList(Math.max(0, next.size() - MOST_PENDING), next.size());
        return change.next().toBuilder().notifications(List.copyOf(newest)).build();
    }

    @Override
    public void stored(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        status.notifications()
                .forEach(entry -> WebhookMessage.of(task, status, entry)
                        .ifPresent(message -> deliveries.forEach(delivery -> delivery.take(message))));
    }

    @Override
    public void close() {
        deliveries.forEach(WebhookDelivery::close);
    }

    private boolean done(PendingNotification notification) {
        return WebhookMessage.Kind.of(notification.kind())
                .map(kind -> deliveries.stream().allMatch(delivery -> delivery.done(notification.id(), kind)))
                .orElse(true);
    }
}
