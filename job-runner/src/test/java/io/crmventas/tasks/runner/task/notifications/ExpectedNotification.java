package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notification without its texts, in a form that compares and prints well. */
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

    static ExpectedNotification of(StoredNotification stored) {
        Map<String, String> metadata = new TreeMap<>();
        stored.metadata()
                .properties()
                .forEach(entry -> metadata.put(
                        entry.getKey(),
                        entry.getValue().isNull() ? "null" : entry.getValue().asText()));
        return new ExpectedNotification(
                stored.id(),
                stored.tenantId(),
                stored.type(),
                stored.priority(),
                stored.recipient(),
                stored.sender(),
                stored.relatedType(),
                stored.relatedId(),
                metadata,
                stored.createdAt(),
                stored.expiresAt());
    }
}
