package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.task.SampleUser;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row to insert into {@code notifications}.
 *
 * @param metadata a JSON object
 */
public record Notification(
        String id,
        int tenantId,
        String type,
        Text text,
        Priority priority,
        UUID recipient,
        @Nullable UUID sender,
        @Nullable String relatedType,
        @Nullable String relatedId,
        String metadata,
        Instant createdAt) {

    private static final int COLUMN_LENGTH = 255;

    public Notification {
        relatedId = relatedId == null ? null : cut(relatedId, COLUMN_LENGTH);
    }

    /** For {@code check}, which adds it and rolls it back. */
    public static Notification sample(SampleUser user, String type, Priority priority, @Nullable String relatedType) {
        return new Notification(
                "check:" + type + ":" + priority.text() + ":" + user.id(),
                user.tenantId(),
                type,
                new Text("check", "check"),
                priority,
                user.id(),
                null,
                relatedType,
                null,
                "{}",
                Instant.EPOCH);
    }

    /** What the user reads. */
    public record Text(String title, String message) {
        /** A name that does not fit into the title is shortened, because the words around it say what happened. */
        public static Text titled(String before, String name, String after, String message) {
            int room = COLUMN_LENGTH - length(before) - length(after);
            String fitting = length(name) <= room ? name : cut(name, room - 1) + "…";
            return new Text(before + fitting + after, message);
        }
    }

    /** By code points, as PostgreSQL counts; half a surrogate pair would not even be text. */
    private static String cut(String value, int most) {
        return length(value) <= most ? value : value.substring(0, value.offsetByCodePoints(0, most));
    }

    private static int length(String value) {
        return value.codePointCount(0, value.length());
    }
}
