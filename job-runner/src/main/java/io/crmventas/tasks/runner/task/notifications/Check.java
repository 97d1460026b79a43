package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.TenantDays.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Content;
import io.crmventas.tasks.runner.task.output.Notification.Priority;
import io.crmventas.tasks.runner.task.output.Notification.Related;
import io.crmventas.tasks.runner.task.output.Texts;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Creates one kind of notification. A statement finds the reasons, and each of its rows becomes a notification.
 *
 * @param parameters the parameters of the statement. It gets a duration as the instant that long before now, and a time
 *     of day as the tenants whose local time is not earlier
 */
record Check(Kind kind, Map<String, Object> parameters) {
    /** The names of a check in the database and in the run's report. */
    enum Kind {
        UNANSWERED("unanswered", "unanswered", "conversation", Counts.UNANSWERED, Counts.UNANSWERED_CUT),
        HOT_LEADS("hot_lead", "hot-leads", "lead", Counts.HOT_LEAD, Counts.HOT_LEAD_CUT),
        FOLLOW_UPS("followup", "follow-ups", "conversation", Counts.FOLLOW_UP, Counts.FOLLOW_UP_CUT),
        PERFORMANCE("metric_alert", "performance", null, Counts.PERFORMANCE, null);

        /** The value of {@code notifications.type}, which a recipient can mute. */
        final String type;
        /** The step of the run, and the name of the statement's file. */
        final String step;

        final @Nullable String relatedType;

        final String count;
        /** The name of the count of what the cap left for the next run; null without a cap. */
        final @Nullable String cutCount;

        Kind(String type, String step, @Nullable String relatedType, String count, @Nullable String cutCount) {
            this.type = type;
            this.step = step;
            this.relatedType = relatedType;
            this.count = count;
            this.cutCount = cutCount;
        }

        SqlFile file() {
            return new SqlFile("task/notifications/" + step + ".sql");
        }
    }

    record Context(Instant now, TenantDays today, Dialect dialect, Texts texts) {}

    /** @param cut how many conversations or leads the cap left for the next run */
    record Result(List<Notification> notifications, long cut) {}

    /** The upper limit of every count among the parameters. */
    private static final int MOST = 10_000;

    static Check unanswered(Settings parameters) {
        return new Check(
                Kind.UNANSWERED,
                Map.of(
                        "unansweredBefore", parameters.duration("unansweredAfter", "1h", "1s"),
                        "escalateBefore", parameters.duration("unansweredEscalateAfter", "4h", "1s"),
                        "activeSince", parameters.duration("unansweredLookback", "24h", "1s"),
                        "cap", parameters.integer("maxUnanswered", 50, 1, MOST)));
    }

    static Check hotLeads(Settings parameters) {
        BigDecimal score = parameters.decimal("hotLeadScore", 4, 100_000);
        BigDecimal criticalScore = parameters.decimal("hotLeadCriticalScore", 8, 100_000);
        parameters.require(
                criticalScore.compareTo(score) >= 0,
                "hotLeadCriticalScore: must be hotLeadScore or more, is " + criticalScore + " and hotLeadScore is "
                        + score + "; raise it or lower hotLeadScore");
        return new Check(
                Kind.HOT_LEADS,
                Map.of(
                        "minMessages", parameters.integer("hotLeadMinMessages", 3, 1, MOST),
                        "messagesSince", parameters.duration("hotLeadMessageWindow", "24h", "1s"),
                        "recentSince", parameters.duration("hotLeadRecency", "2h", "1s"),
                        "createdSince", parameters.duration("hotLeadMaxAge", "7d", "1s"),
                        "minScore", score,
                        "criticalScore", criticalScore,
                        "cap", parameters.integer("maxHotLeads", 20, 1, MOST)));
    }

    static Check followUps(Settings parameters) {
        return new Check(
                Kind.FOLLOW_UPS,
                Map.of(
                        "activeSince", parameters.duration("followUpLookback", "30d", "1s"),
                        "contactedBefore", parameters.duration("followUpContactedAfter", "2d", "1s"),
                        "newBefore", parameters.duration("followUpNewAfter", "1d", "1s"),
                        "noLeadBefore", parameters.duration("followUpNoLeadAfter", "3d", "1s"),
                        "cap", parameters.integer("maxFollowUps", 50, 1, MOST)));
    }

    static Check performance(Settings parameters) {
        Duration slow = parameters.duration("responseTimeAlert", "30m", "1s");
        Duration critical = parameters.duration("responseTimeCritical", "60m", "1s");
        return new Check(
                Kind.PERFORMANCE,
                Map.of(
                        "responseTimeAlert", slow.toSeconds(),
                        "responseTimeCritical", critical.toSeconds(),
                        "conversionRateBelow", parameters.decimal("conversionRateBelow", 10, 100),
                        "minLeads", parameters.integer("conversionRateMinLeads", 5, 1, MOST),
                        "activeBelow", parameters.integer("activeConversationsBelow", 3, 1, MOST),
                        "afternoons", parameters.time("performanceFrom", LocalTime.NOON),
                        "calculatedSince", parameters.duration("metricsMaxAge", "2h", "1s")));
    }

    Result find(Connection connection, Context context) throws SQLException {
        Sql sql = context.today()
                .bindTo(kind.file().sql(context.dialect()))
                .with("now", context.now())
                .with("type", kind.type)
                .with("messagesByTime", context.dialect().messagesByTime());
        parameters.forEach((name, value) -> bind(sql, name, value, context));
        Map<Integer, Long> cutByTenant = new HashMap<>();
        List<Notification> notifications = sql.list(connection, row -> {
            Notification found = notification(row, context);
            cutByTenant.put(found.tenantId(), row.get("cut", Long.class));
            return found;
        });
        long cut = cutByTenant.values().stream().mapToLong(Long::longValue).sum();
        return new Result(notifications, cut);
    }

    private static void bind(Sql sql, String name, Object value, Context context) {
        if (value instanceof Duration age) {
            sql.with(name, context.now().minus(age));
        } else if (value instanceof LocalTime time) {
            List<TenantDay> past = context.today().days().stream()
                    .filter(day ->
                            !context.now().atZone(day.zone()).toLocalTime().isBefore(time))
                    .toList();
            sql.with(name, "int4", past, TenantDay::tenantId);
        } else {
            sql.with(name, value);
        }
    }

    private Notification notification(Row row, Context context) throws SQLException {
        Priority priority = Priority.of(row.get("priority", String.class));
        String key = switch (kind) {
            case UNANSWERED, HOT_LEADS -> kind.type + (priority == Priority.CRITICAL ? ".ceo" : "");
            case FOLLOW_UPS -> kind.type + "." + priority.text();
            case PERFORMANCE -> row.get("kind", String.class);
        };
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                row.get("recipient_id", UUID.class),
                new Content(
                        kind.type,
                        priority,
                        context.texts().notification(key, values(row, context.texts())),
                        row.get("metadata", String.class)),
                row.find("sender_id", UUID.class),
                kind.relatedType == null ? null : new Related(kind.relatedType, row.get("related_id", String.class)),
                context.now());
    }

    /** Returns the values for the placeholders of the templates. */
    private Map<String, String> values(Row row, Texts texts) throws SQLException {
        Map<String, String> values = new HashMap<>();
        if (kind == Kind.PERFORMANCE) {
            BigDecimal value = row.get("value", BigDecimal.class);
            BigDecimal threshold = row.get("threshold", BigDecimal.class);
            values.put("name", sellerName(row, texts));
            values.put("number", texts.number(value));
            values.put("span", Texts.span(Duration.ofSeconds(value.longValue())));
            values.put("limit", texts.number(threshold));
            values.put("limit_span", Texts.span(Duration.ofSeconds(threshold.longValue())));
            return values;
        }
        String phone = row.get("phone", String.class);
        String lead = row.find("lead_name", String.class);
        values.put("name", lead == null ? phone : lead);
        values.put("person", lead == null ? phone : lead + " (" + phone + ")");
        if (kind == Kind.HOT_LEADS) {
            long messages = row.get("messages", Long.class);
            String key = messages == 1 ? "messages.one" : "messages";
            values.put("messages", texts.text(key, Map.of("count", String.valueOf(messages))));
            values.put("score", texts.number(row.get("score", BigDecimal.class)));
        } else {
            Long waited = row.find("seconds_waited", Long.class);
            values.put(
                    "waited",
                    waited == null ? texts.text("long_time", Map.of()) : Texts.span(Duration.ofSeconds(waited)));
        }
        if (kind != Kind.FOLLOW_UPS) {
            values.put("seller", sellerName(row, texts));
        }
        return values;
    }

    private static String sellerName(Row row, Texts texts) throws SQLException {
        String name = row.find("seller_name", String.class);
        return name == null ? texts.text("unnamed", Map.of()) : name;
    }
}
