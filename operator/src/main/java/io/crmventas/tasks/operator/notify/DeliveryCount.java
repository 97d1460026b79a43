package io.crmventas.tasks.operator.notify;

/** Hears how deliveries end. */
@FunctionalInterface
public interface DeliveryCount {
    /**
     * @param webhook its name
     * @param result success or failure
     */
    void count(String webhook, String result);
}
