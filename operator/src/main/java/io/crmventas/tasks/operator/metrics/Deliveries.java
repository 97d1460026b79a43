package io.crmventas.tasks.operator.metrics;

import io.prometheus.metrics.core.metrics.Counter;

/** Counts webhook messages. */
public final class Deliveries {
    private final Counter counter = Counter.builder()
            .name("crm_task_operator_webhook_deliveries")
            .help("Webhook messages that were delivered or given up, by target and how it ended.")
            .labelNames("target", "result")
            .build();

    /**
     * @param result of these messages to one target, as a word
     * @param messages none makes the series known
     */
    public void count(String target, String result, int messages) {
        counter.labelValues(target, result).inc(messages);
    }

    Counter counter() {
        return counter;
    }
}
