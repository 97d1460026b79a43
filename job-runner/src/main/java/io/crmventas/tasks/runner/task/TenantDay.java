package io.crmventas.tasks.runner.task;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A calendar day of one tenant; it lasts 23 to 25 hours.
 *
 * @param tenantCreatedAt {@code tenants.created_at}
 */
public record TenantDay(
        int tenantId, ZoneId zone, LocalDate date, @Nullable Instant tenantCreatedAt) {
    /** Local midnight: the first instant of the day, inclusive. */
    public Instant start() {
        return from(LocalTime.MIDNIGHT);
    }

    /** The first instant of the next day, exclusive. */
    public Instant end() {
        return daysBefore(-1).start();
    }

    /** The first instant at which the clock on the wall shows {@code time} or, where clocks skip it, later. */
    public Instant from(LocalTime time) {
        LocalDateTime local = date.atTime(time);
        ZoneOffsetTransition skipped = zone.getRules().getTransition(local);
        return skipped != null && skipped.isGap()
                ? skipped.getInstant()
                : local.atZone(zone).toInstant();
    }

    public TenantDay daysBefore(int days) {
        return new TenantDay(tenantId, zone, date.minusDays(days), tenantCreatedAt);
    }

    /** As ids write it: {@code 20260227}. */
    public String yyyymmdd() {
        return String.format(Locale.ROOT, "%04d%02d%02d", date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }
}
