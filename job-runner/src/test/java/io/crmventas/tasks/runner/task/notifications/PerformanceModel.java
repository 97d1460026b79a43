package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fourth line of the contract's table, one row of metrics at a time. */
record PerformanceModel(CheckWords words, List<PerformanceModel.Metrics> metrics) {
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
        LocalTime wallClock = words.now().atZone(Model.zone(tenant)).toLocalTime();
        for (Metrics row : metrics) {
            if (row.tenantId() != tenant.id()
                    || !words.isSeller(row.seller(), tenant)
                    || !row.start()
                            .equals(Model.day(tenant, words.model().date(tenant, 0))
                                    .start())
                    || !words.within(
                            row.calculatedAt(), words.with().performance().metricsMaxAge())) {
                continue;
            }
            Integer response = row.responseSeconds();
            if (response != null
                    && response > words.with().performance().responseTimeAlert().toSeconds()) {
                alerts.add(alert(
                        tenant,
                        row,
                        "response_time",
                        response,
                        words.with().performance().responseTimeAlert().toSeconds(),
                        row.seller()));
            }
            if (row.conversionRate() != null
                    && row.conversionRate().compareTo(words.with().performance().conversionRateBelow()) < 0
                    && row.leads() >= words.with().performance().conversionRateMinLeads()) {
                alerts.add(alert(
                        tenant,
                        row,
                        "conversion_rate",
                        row.conversionRate(),
                        words.with().performance().conversionRateBelow(),
                        row.seller()));
            }
            boolean ceo = words.ceos(tenant).contains(row.seller());
            if (row.active() != null
                    && row.active() < words.with().performance().activeConversationsBelow()
                    && !wallClock.isBefore(words.with().performance().from())
                    && !ceo) {
                alerts.add(alert(
                        tenant,
                        row,
                        "active_conversations",
                        row.active(),
                        words.with().performance().activeConversationsBelow(),
                        row.seller()));
            }
            if (response != null
                    && response
                            > words.with().performance().responseTimeCritical().toSeconds()) {
                for (UUID each : words.ceos(tenant)) {
                    alerts.add(alert(
                            tenant,
                            row,
                            "response_time_critical",
                            response,
                            words.with().performance().responseTimeCritical().toSeconds(),
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
        return words.notification(
                "performance:" + row.seller() + ":" + words.yyyymmdd(tenant) + ":" + kind + ":" + recipient,
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
