package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Performance alerts by the fourth line of the contract's table, one row of metrics at a time. */
record PerformanceModel(CheckRules rules, List<PerformanceModel.Metrics> metrics) {
    /** A row of {@code seller_metrics}. */
    record Metrics(
            UUID seller,
            int tenantId,
            Instant start,
            Instant calculatedAt,
            @Nullable Integer responseSeconds,
            @Nullable BigDecimal conversionRate,
            int leads,
            @Nullable Integer active) {}

    List<ExpectedNotification> alerts(Crm.Tenant tenant) {
        List<ExpectedNotification> alerts = new ArrayList<>();
        LocalTime wallClock = rules.now().atZone(Model.zone(tenant)).toLocalTime();
        for (Metrics row : metrics) {
            if (row.tenantId() != tenant.id()
                    || !rules.isSeller(row.seller(), tenant)
                    || !row.start()
                            .equals(Model.day(tenant, rules.model().date(tenant, 0))
                                    .start())
                    || !rules.within(row.calculatedAt(), rules.age(Kind.PERFORMANCE, "calculatedSince"))) {
                continue;
            }
            Integer response = row.responseSeconds();
            if (response != null && response > rules.number(Kind.PERFORMANCE, "responseTimeAlert")) {
                alerts.add(alert(
                        tenant,
                        row,
                        "response_time",
                        response,
                        rules.number(Kind.PERFORMANCE, "responseTimeAlert"),
                        row.seller()));
            }
            if (row.conversionRate() != null
                    && row.conversionRate().compareTo(rules.decimal(Kind.PERFORMANCE, "conversionRateBelow")) < 0
                    && row.leads() >= rules.number(Kind.PERFORMANCE, "minLeads")) {
                alerts.add(alert(
                        tenant,
                        row,
                        "conversion_rate",
                        row.conversionRate(),
                        rules.decimal(Kind.PERFORMANCE, "conversionRateBelow"),
                        row.seller()));
            }
            boolean ceo = rules.ceos(tenant).contains(row.seller());
            if (row.active() != null
                    && row.active() < rules.number(Kind.PERFORMANCE, "activeBelow")
                    && !wallClock.isBefore(rules.parameter(Kind.PERFORMANCE, "afternoons", LocalTime.class))
                    && !ceo) {
                alerts.add(alert(
                        tenant,
                        row,
                        "active_conversations",
                        row.active(),
                        rules.number(Kind.PERFORMANCE, "activeBelow"),
                        row.seller()));
            }
            if (response != null && response > rules.number(Kind.PERFORMANCE, "responseTimeCritical")) {
                for (UUID each : rules.ceos(tenant)) {
                    alerts.add(alert(
                            tenant,
                            row,
                            "response_time_critical",
                            response,
                            rules.number(Kind.PERFORMANCE, "responseTimeCritical"),
                            each));
                }
            }
        }
        return alerts;
    }

    private ExpectedNotification alert(
            Crm.Tenant tenant, Metrics row, String kind, Object value, Object threshold, UUID recipient) {
        boolean critical = kind.equals("response_time_critical");
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("kind", kind);
        metadata.put("seller_id", row.seller().toString());
        metadata.put("value", value.toString());
        metadata.put("threshold", threshold.toString());
        return rules.notification(
                "performance:" + row.seller() + ":" + rules.yyyymmdd(tenant) + ":" + kind + ":" + recipient,
                tenant,
                "metric_alert",
                critical ? "critical" : "medium",
                recipient,
                critical ? row.seller() : null,
                null,
                null,
                metadata);
    }
}
