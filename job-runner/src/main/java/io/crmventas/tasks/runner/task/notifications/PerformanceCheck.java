package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sellers whose metrics of the day need a look. */
record PerformanceCheck() implements Check {
    static final String TYPE = "metric_alert";
    private static final SqlFile FILE = new SqlFile("task/notifications/performance.sql");

    @Override
    public SqlFile file() {
        return FILE;
    }

    @Override
    public String step() {
        return "performance";
    }

    @Override
    public String count() {
        return Counts.PERFORMANCE;
    }

    @Override
    public @Nullable String cutCount() {
        return null;
    }

    @Override
    public CheckResult find(Connection connection, CheckContext context) throws SQLException {
        NotificationParameters parameters = context.parameters();
        List<TenantDay> afternoons = context.today().days().stream()
                .filter(day -> !context.now().isBefore(day.from(parameters.performanceFrom())))
                .toList();
        CheckResult result = CheckResult.withoutCap();
        context.sql(FILE, TYPE)
                .with("calculatedSince", context.ago(parameters.metricsMaxAge()))
                .with(
                        "responseTimeAlert",
                        BigDecimal.valueOf(parameters.responseTimeAlert().toSeconds()))
                .with(
                        "responseTimeCritical",
                        BigDecimal.valueOf(parameters.responseTimeCritical().toSeconds()))
                .with("conversionRateBelow", parameters.conversionRateBelow())
                .with("minLeads", parameters.conversionRateMinLeads())
                .with("activeBelow", BigDecimal.valueOf(parameters.activeConversationsBelow()))
                .with("afternoons", SqlArray.of("int4", afternoons, TenantDay::tenantId))
                .list(connection, row -> {
                    result.add(notification(row, context));
                    return null;
                });
        return result;
    }

    private static Notification notification(Row row, CheckContext context) throws SQLException {
        MetricKind kind = MetricKind.of(row.get("kind", String.class));
        UUID seller = row.get("seller_id", UUID.class);
        String name = row.find("seller_name", String.class);
        BigDecimal value = row.get("value", BigDecimal.class);
        BigDecimal threshold = row.get("threshold", BigDecimal.class);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("kind", kind.text());
        metadata.put("seller_id", seller);
        metadata.put("value", value);
        metadata.put("threshold", threshold);
        Priority priority = Priority.of(row.get("priority", String.class));
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                TYPE,
                context.texts().performance(kind, value, threshold, name),
                priority,
                row.get("recipient_id", UUID.class),
                priority == Priority.CRITICAL ? seller : null,
                null,
                null,
                JsonText.of(metadata),
                context.now());
    }
}
