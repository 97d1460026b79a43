package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.output.Notification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a check wants told now, and how many conversations or leads its cap left out. */
final class CheckResult {
    private final int cap;
    private final List<Notification> notifications = new ArrayList<>();
    private final Map<Integer, Long> placesByTenant = new HashMap<>();

    /** @param cap conversations or leads of a tenant that one run may tell */
    CheckResult(int cap) {
        this.cap = cap;
    }

    static CheckResult withoutCap() {
        return new CheckResult(Integer.MAX_VALUE);
    }

    void add(Notification notification) {
        notifications.add(notification);
    }

    /** @param places how many conversations or leads of this tenant are to be told, before the cap */
    void add(Notification notification, long places) {
        add(notification);
        placesByTenant.put(notification.tenantId(), places);
    }

    List<Notification> notifications() {
        return List.copyOf(notifications);
    }

    long cut() {
        return placesByTenant.values().stream()
                .mapToLong(places -> Math.max(0, places - cap))
                .sum();
    }
}
