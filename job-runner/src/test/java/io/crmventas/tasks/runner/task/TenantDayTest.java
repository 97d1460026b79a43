package io.crmventas.tasks.runner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.runner.task.TenantDays.TenantDay;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TenantDayTest {
    private static TenantDay day(String zone, String date) {
        return new TenantDay(1, ZoneId.of(zone), LocalDate.parse(date), null);
    }

    private static Duration length(TenantDay day) {
        return Duration.between(day.start(), day.end());
    }

    @Test
    void lasts23HoursWhenClocksGoForwardAnd25WhenTheyGoBack() {
        assertEquals(Duration.ofHours(23), length(day("America/New_York", "2026-03-08")));
        assertEquals(Duration.ofHours(25), length(day("America/New_York", "2026-11-01")));
        assertEquals(Duration.ofHours(24), length(day("America/New_York", "2026-03-09")));
    }

    @Test
    void beginsAtTheFirstInstantWhenMidnightIsSkipped() {
        TenantDay day = day("America/Santiago", "2026-09-06");
        assertEquals(Instant.parse("2026-09-06T04:00:00Z"), day.start());
        assertEquals(Duration.ofHours(23), length(day));
    }

    @Test
    void countsBackByTheCalendar() {
        assertEquals("20260228", day("UTC", "2026-03-01").daysBefore(1).yyyymmdd());
    }

    @Test
    void acceptsOnlyZoneNamesThatJavaLists() {
        assertEquals(ZoneId.of("America/Bogota"), TenantDays.zone("America/Bogota"));
        for (String unknown : new String[] {
            "america/bogota", "UTC+3", "+03:00", "GMT-3", "EST5EDT4", " UTC", "", "Z", "America/Argentina"
        }) {
            assertEquals(ZoneOffset.UTC, TenantDays.zone(unknown), unknown);
        }
        assertEquals(ZoneOffset.UTC, TenantDays.zone(null));
    }
}
