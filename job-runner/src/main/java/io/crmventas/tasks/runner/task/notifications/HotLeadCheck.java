package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Related;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Young leads that write a lot right now. */
record HotLeadCheck(
        int minMessages,
        Duration messageWindow,
        Duration recency,
        Duration maxAge,
        BigDecimal score,
        BigDecimal criticalScore,
        int cap)
        implements Check {
    static HotLeadCheck read(Settings parameters) {
        HotLeadCheck check = new HotLeadCheck(
                parameters.integer("hotLeadMinMessages", 3, 1, NotificationChecks.MOST),
                parameters.duration("hotLeadMessageWindow", "24h", "1s"),
                parameters.duration("hotLeadRecency", "2h", "1s"),
                parameters.duration("hotLeadMaxAge", "7d", "1s"),
                parameters.decimal("hotLeadScore", 4, 100_000),
                parameters.decimal("hotLeadCriticalScore", 8, 100_000),
                parameters.integer("maxHotLeads", 20, 1, NotificationChecks.MOST));
        parameters.require(
                check.criticalScore.compareTo(check.score) >= 0,
                "hotLeadCriticalScore: must be hotLeadScore or more, is " + check.criticalScore
                        + " and hotLeadScore is " + check.score + "; raise it or lower hotLeadScore");
        return check;
    }

    @Override
    public Kind kind() {
        return Kind.HOT_LEADS;
    }

    @Override
    public void bind(Sql sql, Context context) {
        sql.with("createdSince", context.ago(maxAge))
                .with("messagesSince", context.ago(messageWindow))
                .with("recentSince", context.ago(recency))
                .with("minMessages", minMessages)
                .with("minScore", score)
                .with("criticalScore", criticalScore)
                .with("cap", cap);
    }

    @Override
    public Notification notification(Row row, Context context) throws SQLException {
        UUID lead = row.get("lead_id", UUID.class);
        long messages = row.get("messages", Long.class);
        BigDecimal leadScore = row.get("score", BigDecimal.class).setScale(2, RoundingMode.HALF_UP);
        Map<String, String> values = context.person(row);
        values.put(
                "messages",
                context.texts()
                        .text(messages == 1 ? "messages.one" : "messages", Map.of("count", String.valueOf(messages))));
        values.put("score", context.texts().number(leadScore));
        values.put("seller", context.sellerName(row));
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", row.get("phone", String.class));
        metadata.put("lead_id", lead);
        metadata.put("seller_id", row.find("assigned_seller_id", UUID.class));
        metadata.put("messages", messages);
        metadata.put("score", leadScore);
        return notification(
                row,
                context,
                "recipient_id",
                context.texts().notification(Check.forCeo(row) ? "hot_lead.ceo" : "hot_lead", values),
                null,
                new Related("lead", lead.toString()),
                metadata);
    }
}
