package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Texts;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sellers whose metrics of the day need a look. */
record PerformanceCheck(
        Duration responseTimeAlert,
        Duration responseTimeCritical,
        BigDecimal conversionRateBelow,
        int conversionRateMinLeads,
        int activeConversationsBelow,
        LocalTime from,
        Duration metricsMaxAge)
        implements Check {
    static PerformanceCheck read(Settings parameters) {
        return new PerformanceCheck(
                parameters.duration("responseTimeAlert", "30m", "1s"),
                parameters.duration("responseTimeCritical", "60m", "1s"),
                parameters.decimal("conversionRateBelow", 10, 100),
                parameters.integer("conversionRateMinLeads", 5, 1, NotificationChecks.MOST),
                parameters.integer("activeConversationsBelow", 3, 1, NotificationChecks.MOST),
                parameters.time("performanceFrom", LocalTime.NOON),
                parameters.duration("metricsMaxAge", "2h", "1s"));
    }

    @Override
    public Kind kind() {
        return Kind.PERFORMANCE;
    }

    @Override
    public int cap() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void bind(Sql sql, Context context) {
        List<TenantDay> afternoons = context.today().days().stream()
                .filter(day -> !context.now().isBefore(day.from(from)))
                .toList();
        sql.with("calculatedSince", context.ago(metricsMaxAge))
                .with("responseTimeAlert", BigDecimal.valueOf(responseTimeAlert.toSeconds()))
                .with("responseTimeCritical", BigDecimal.valueOf(responseTimeCritical.toSeconds()))
                .with("conversionRateBelow", conversionRateBelow)
                .with("minLeads", conversionRateMinLeads)
                .with("activeBelow", BigDecimal.valueOf(activeConversationsBelow))
                .with("afternoons", "int4", afternoons, TenantDay::tenantId);
    }

    /** The kind of alert is also the key of its texts. */
    @Override
    public Notification notification(Row row, Context context) throws SQLException {
        String alert = row.get("kind", String.class);
        UUID seller = row.get("seller_id", UUID.class);
        BigDecimal value = row.get("value", BigDecimal.class);
        BigDecimal threshold = row.get("threshold", BigDecimal.class);
        Map<String, String> values = Map.of(
                "name", context.sellerName(row),
                "number", context.texts().number(value),
                "span", Texts.span(Duration.ofSeconds(value.longValue())),
                "limit", context.texts().number(threshold),
                "limit_span", Texts.span(Duration.ofSeconds(threshold.longValue())));
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("kind", alert);
        metadata.put("seller_id", seller);
        metadata.put("value", value);
        metadata.put("threshold", threshold);
        return notification(
                row,
                context,
                "recipient_id",
                context.texts().notification(alert, values),
                Check.forCeo(row) ? seller : null,
                null,
                metadata);
    }
}
