package io.crmventas.tasks.operator.webhook;

/** Hears how deliveries end. */
@FunctionalInterface
public interface DeliveryCount {
    /**
     * @param webhook its name
     * @param result success or failure
     * @param messages that ended so; 0 when the webhook begins, so that its first message is an increase
     */
    void count(String webhook, String result, int messages);
}
