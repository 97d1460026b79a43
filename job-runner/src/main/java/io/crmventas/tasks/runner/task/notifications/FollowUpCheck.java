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

/** Conversations that went quiet before the lead was won or lost. */
record FollowUpCheck(Duration lookback, Duration contactedAfter, Duration newAfter, Duration noLeadAfter, int cap)
        implements Check {
    static FollowUpCheck read(Settings parameters) {
        return new FollowUpCheck(
                parameters.duration("followUpLookback", "30d", "1s"),
                parameters.duration("followUpContactedAfter", "2d", "1s"),
                parameters.duration("followUpNewAfter", "1d", "1s"),
                parameters.duration("followUpNoLeadAfter", "3d", "1s"),
                parameters.integer("maxFollowUps", 50, 1, NotificationChecks.MOST));
    }

    @Override
    public Kind kind() {
        return Kind.FOLLOW_UPS;
    }

    @Override
    public void bind(Sql sql, Context context) {
        sql.with("activeSince", context.ago(lookback))
                .with("contactedBefore", context.ago(contactedAfter))
                .with("newBefore", context.ago(newAfter))
                .with("noLeadBefore", context.ago(noLeadAfter))
                .with("cap", cap);
    }

    @Override
    public Notification notification(Row row, Context context) throws SQLException {
        String phone = row.get("phone", String.class);
        Duration waited = Duration.between(row.get("newest_at", Instant.class), context.now());
        Map<String, String> values = context.person(row);
        values.put("waited", Texts.span(waited));
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", phone);
        metadata.put("message_id", row.get("newest_id", Long.class));
        metadata.put("lead_id", row.find("lead_id", UUID.class));
        metadata.put("days_waited", waited.toDays());
        return notification(
                row,
                context,
                "seller_id",
                context.texts().notification("followup." + Check.priority(row).text(), values),
                null,
                new Related("conversation", phone),
                metadata);
    }
}
