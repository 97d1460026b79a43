package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All of a notification but its texts, in a form that compares and prints well. */
record ExpectedNotification(
        String id,
        int tenantId,
        String type,
        String priority,
        UUID recipient,
        @Nullable UUID sender,
        @Nullable String relatedType,
        @Nullable String relatedId,
        Map<String, String> metadata,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    static ExpectedNotification of(Told told) {
        Map<String, String> metadata = new TreeMap<>();
        told.metadata()
                .properties()
                .forEach(entry -> metadata.put(
                        entry.getKey(),
                        entry.getValue().isNull() ? "null" : entry.getValue().asText()));
        return new ExpectedNotification(
                told.id(),
                told.tenantId(),
                told.type(),
                told.priority(),
                told.recipient(),
                told.sender(),
                told.relatedType(),
                told.relatedId(),
                metadata,
                told.createdAt(),
                told.expiresAt());
    }
}
