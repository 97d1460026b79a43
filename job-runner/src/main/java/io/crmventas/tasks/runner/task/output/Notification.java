package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.task.CrmTask.SampleUser;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row to insert into {@code notifications}.
 *
 * @param sender the seller whom a CEO's notification is about
 */
public record Notification(
        String id,
        int tenantId,
        UUID recipient,
        Content content,
        @Nullable UUID sender,
        @Nullable Related related,
        Instant createdAt) {
    /** The length of the columns for titles and related ids. */
    static final int COLUMN_LENGTH = 255;

    /** The most urgent priority comes first. */
    public enum Priority {
        CRITICAL,
        HIGH,
        MEDIUM,
        LOW;

        /** Returns the text of the column and of the ids. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Priority of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The content of a notification.
     *
     * @param metadata a JSON object
     */
    public record Content(String type, Priority priority, Text text, String metadata) {}

    /** What the notification is about, such as a lead or a conversation. */
    public record Related(String type, String id) {}

    public record Text(String title, String message) {}

    /** Creates a row that {@code check} inserts and rolls back. Its texts are as long as those of a run can be. */
    public static Notification sample(SampleUser user, String type, Priority priority, @Nullable String relatedType) {
        return new Notification(
                "check:" + type + ":" + priority.text() + ":" + user.id() + ":" + user.id(),
                user.tenantId(),
                user.id(),
                new Content(type, priority, new Text("x".repeat(COLUMN_LENGTH), "x".repeat(2 * COLUMN_LENGTH)), "{}"),
                priority == Priority.CRITICAL ? user.id() : null,
                relatedType == null ? null : new Related(relatedType, "x".repeat(COLUMN_LENGTH)),
                Instant.EPOCH);
    }

    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("type", content.type());
        json.put("title", content.text().title());
        json.put("message", content.text().message());
        json.put("priority", content.priority().text());
        json.put("created_at", createdAt.toString());
        json.put("tenant_id", tenantId);
        json.put("recipient_id", recipient.toString());
        json.put("sender_id", sender == null ? null : sender.toString());
        json.put("related_entity_type", related == null ? null : related.type());
        json.put("related_entity_id", related == null ? null : related.id());
        json.put("metadata", content.metadata());
        return json;
    }
}
