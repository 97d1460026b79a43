package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Related;
import io.crmventas.tasks.runner.task.output.Texts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversations that end in messages without an answer for too long. */
record UnansweredCheck(Duration after, Duration escalateAfter, Duration lookback, int cap) implements Check {
    static UnansweredCheck read(Settings parameters) {
        return new UnansweredCheck(
                parameters.duration("unansweredAfter", "1h", "1s"),
                parameters.duration("unansweredEscalateAfter", "4h", "1s"),
                parameters.duration("unansweredLookback", "24h", "1s"),
                parameters.integer("maxUnanswered", 50, 1, NotificationChecks.MOST));
    }

    @Override
    public Kind kind() {
        return Kind.UNANSWERED;
    }

    @Override
    public void bind(Sql sql, Context context) {
        sql.with("activeSince", context.ago(lookback))
                .with("unansweredBefore", context.ago(after))
                .with("escalateBefore", context.ago(escalateAfter))
                .with("cap", cap);
    }

    @Override
    public Notification notification(Row row, Context context) throws SQLException {
        String phone = row.get("phone", String.class);
        UUID seller = row.get("seller_id", UUID.class);
        Duration waited = Duration.between(row.get("first_at", Instant.class), context.now());
        boolean forCeo = Check.forCeo(row);
        Map<String, String> values = context.person(row);
        values.put("waited", Texts.span(waited));
        values.put("seller", context.sellerName(row));
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", phone);
        metadata.put("message_id", row.get("first_id", Long.class));
        metadata.put("seller_id", seller);
        metadata.put("lead_id", row.find("lead_id", UUID.class));
        metadata.put("minutes_waited", waited.toMinutes());
        return notification(
                row,
                context,
                "recipient_id",
                context.texts().notification(forCeo ? "unanswered.ceo" : "unanswered", values),
                forCeo ? seller : null,
                new Related("conversation", phone),
                metadata);
    }
}
