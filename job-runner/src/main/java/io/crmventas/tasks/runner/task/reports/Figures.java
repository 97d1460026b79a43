package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.runner.settings.JsonText;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.TenantDays.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Publication;
import io.crmventas.tasks.runner.task.output.Texts;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one day of one tenant.
 *
 * @param newerDays the number of newer days of the tenant that have a report, too
 * @param bestSeller the name of the best seller, if there is one
 * @param metadata the figures as JSON for the notification
 * @param key the key of the CRM's cache
 * @param screen the same figures, and the keys that the CRM's screen reads
 */
record Figures(
        ReportDay reportDay, long newerDays, @Nullable String bestSeller, String metadata, String key, String screen) {
    /** The CRM's screen uses its copy for this time. */
    private static final Duration EXPIRY = Duration.ofHours(1);

    /**
     * The tenant and the day of a report.
     *
     * @param day the day as yyyymmdd
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
                row.get("newer_days", Long.class),
                row.find("best_seller", String.class),
                row.get("figures", String.class),
                row.get("key", String.class),
                row.get("screen", String.class));
    }

    Text text(Texts texts) {
        Map<String, @Nullable Object> figures = JsonText.object(metadata);
        Map<String, String> values = new HashMap<>();
        figures.forEach((name, value) -> values.put(name, String.valueOf(value)));
        values.put("won_value", texts.money(new BigDecimal(values.get("won_value"))));
        values.put(
                "response_time",
                figures.get("avg_response_time_seconds") instanceof Number seconds
                        ? Texts.span(Duration.ofSeconds(seconds.longValue()))
                        : texts.text("report.unknown", Map.of()));
        values.put("best", bestSeller == null ? "" : texts.text("report.best", Map.of("name", bestSeller)));
        String day = reportDay.day();
        values.put("year", day.substring(0, 4));
        values.put("month", day.substring(4, 6));
        values.put("day", day.substring(6));
        return texts.notification("report", values);
    }

    Publication summary() {
        return new Publication.CacheEntry(key, screen, EXPIRY);
    }
}
