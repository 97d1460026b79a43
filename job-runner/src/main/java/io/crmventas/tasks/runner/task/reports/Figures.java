package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.crmventas.tasks.runner.settings.JsonText;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.Outcome.Publication;
import io.crmventas.tasks.runner.task.TenantDays.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Texts;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happened on one day of one tenant.
 *
 * @param bestSeller name of the best seller, if there is one
 * @param metadata the report's figures, as the notification keeps them
 * @param screen the keys that the CRM's screen reads beside them
 */
record Figures(
        ReportDay reportDay, @Nullable String bestSeller, Map<String, Object> metadata, Map<String, Object> screen) {
    /** How long the CRM's screen may use its copy. */
    private static final Duration EXPIRY = Duration.ofHours(1);

    /**
     * What a report is about.
     *
     * @param day as yyyymmdd
     */
    record ReportDay(int tenantId, String day) {
        static ReportDay of(TenantDay day) {
            return new ReportDay(day.tenantId(), day.yyyymmdd());
        }

        static ReportDay read(Row row) throws SQLException {
            return new ReportDay(row.get("tenant_id", Integer.class), row.get("day", String.class));
        }
    }

    static Figures read(Row row) throws SQLException {
        return new Figures(
                ReportDay.read(row),
                row.find("best_seller", String.class),
                object(row.get("figures", String.class)),
                object(row.get("screen", String.class)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        try {
            return (Map<String, Object>) Objects.requireNonNull(JsonText.read(json));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("PostgreSQL's jsonb is always JSON", impossible);
        }
    }

    Text text(Texts texts) {
        Map<String, String> values = new HashMap<>();
        metadata.forEach((name, value) -> values.put(name, String.valueOf(value)));
        values.put("won_value", texts.money(new BigDecimal(values.get("won_value"))));
        values.put(
                "response_time",
                metadata.get("avg_response_time_seconds") instanceof Number seconds
                        ? responseTime(Duration.ofSeconds(seconds.longValue()))
                        : texts.text("report.unknown", Map.of()));
        values.put("best", bestSeller == null ? "" : texts.text("report.best", Map.of("name", bestSeller)));
        String day = reportDay.day();
        values.put("year", day.substring(0, 4));
        values.put("month", day.substring(4, 6));
        values.put("day", day.substring(6));
        return texts.notification("report", values);
    }

    private static String responseTime(Duration time) {
        return (time.toHours() > 0 ? time.toHours() + " h " : "")
                + (time.toMinutes() > 0 ? time.toMinutesPart() + " min " : "")
                + time.toSecondsPart() + " s";
    }

    /** What the CRM's screen reads of a reported day. */
    Publication summary() {
        Map<String, Object> summary = new LinkedHashMap<>(metadata);
        summary.putAll(screen);
        return new Publication.CacheEntry(
                "daily:summary:tenant:" + reportDay.tenantId() + ":" + metadata.get("date"),
                JsonText.of(summary),
                EXPIRY);
    }
}
