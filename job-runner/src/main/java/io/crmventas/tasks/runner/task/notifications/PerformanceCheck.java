package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.task.TenantDay;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
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

    private static String sql(Words words) {
        return """
                with %s,
                %s,
                alerts as (
                  select s.seller_id, s.tenant_id, d.day, kind.kind, kind.priority, kind.value, kind.threshold
                  from tenant_days d
                  join sellers s on s.tenant_id = d.tenant_id
                  join seller_metrics m on m.seller_id = s.seller_id and m.tenant_id = s.tenant_id
                    and m.metrics_period_start = d.day_start
                  cross join lateral (values
                    ('response_time', 'medium', m.avg_response_time_seconds::numeric, :responseTimeAlert::numeric,
                      m.avg_response_time_seconds > :responseTimeAlert::numeric),
                    ('conversion_rate', 'medium', m.conversion_rate, :conversionRateBelow,
                      m.conversion_rate < :conversionRateBelow and m.leads_assigned >= :minLeads),
                    ('active_conversations', 'medium', m.active_conversations, :activeBelow,
                      m.active_conversations < :activeBelow and s.role <> 'ceo'
                        and d.tenant_id = any (:afternoons::int[])),
                    ('response_time_critical', 'critical', m.avg_response_time_seconds, :responseTimeCritical,
                      m.avg_response_time_seconds > :responseTimeCritical)
                  ) kind (kind, priority, value, threshold, applies)
                  where kind.applies and m.metrics_calculated_at between :calculatedSince and :now
                ),
                wanted as (
                  select a.*, r.seller_id as recipient_id
                  from alerts a join listeners r on r.seller_id = a.seller_id
                  where a.priority = 'medium'
                  union all
                  select a.*, c.ceo_id
                  from alerts a join listening_ceos c on c.tenant_id = a.tenant_id
                  where a.priority = 'critical'
                )
                select named.id, w.tenant_id, w.seller_id, w.kind, w.priority, w.value, w.threshold, w.recipient_id,
                  %s as seller_name
                from wanted w
                cross join lateral (
                  select 'performance:' || w.seller_id || ':' || w.day || ':' || w.kind || ':' || w.recipient_id as id
                ) named
                join users u on u.id = w.seller_id
                where %s
                order by named.id collate "C"
                """.formatted(
                TenantDays.CTE, Recipients.of(TYPE, words), Person.fullName("u"), Recipients.untold("named.id"));
    }

    @Override
    public Found find(Connection connection, Situation situation) throws SQLException {
        NotificationParameters parameters = situation.parameters();
        List<TenantDay> afternoons = situation.today().days().stream()
                .filter(day -> !situation.now().isBefore(day.from(parameters.performanceFrom())))
                .toList();
        Found found = Found.withoutCap();
        situation
                .sql(sql(situation.words()))
                .with("calculatedSince", situation.ago(parameters.metricsMaxAge()))
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
                    found.add(notification(row, situation.texts()));
                    return null;
                });
        return found;
    }

    private static Notification notification(Row row, Texts texts) throws SQLException {
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
                texts.performance(kind, value, threshold, name),
                priority,
                row.get("recipient_id", UUID.class),
                priority == Priority.CRITICAL ? seller : null,
                null,
                null,
                metadata);
    }
}
