package io.crmventas.tasks.runner.task.notifications;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row to insert into {@code notifications}. */
record Notification(
        String id,
        int tenantId,
        String type,
        Text text,
        Priority priority,
        UUID recipient,
        @Nullable UUID sender,
        @Nullable String relatedType,
        @Nullable String relatedId,
        Map<String, @Nullable Object> metadata) {

    private static final int COLUMN_LENGTH = 255;

    Notification {
        relatedId = relatedId == null ? null : cut(relatedId);
    }

    /** What the user reads. */
    record Text(String title, String message) {
        Text {
            title = cut(title);
        }
    }

    /** By code points, as PostgreSQL counts; half a surrogate pair would not even be text. */
    private static String cut(String value) {
        return value.codePointCount(0, value.length()) <= COLUMN_LENGTH
                ? value
                : value.substring(0, value.offsetByCodePoints(0, COLUMN_LENGTH));
    }
}
