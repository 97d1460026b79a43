package io.crmventas.tasks.operator.schedule.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronExpressionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0 8 * * 7       | the day of week "7" is outside 0-6; write 0 or SUN for Sunday
            0 8 * * FRI-MON | the day of week "FRI-MON" ends before it starts; split it: 5-6,0-1
            0 8 * * SUNDAY  | the day of week "SUNDAY" holds "SUNDAY", which is not a number; write numbers from 0 to 6 or SUN to SAT
            0 8 0 * *       | the day of month "0" is outside 1-31; write values from 1 to 31
            0 8 L * *       | the day of month "L" holds "L", which is not a number; write numbers from 1 to 31
            0 8 * 13 *      | the month "13" is outside 1-12; write values from 1 to 12
            60 * * * *      | the minute "60" is outside 0-59; write values from 0 to 59
            */0 * * * *     | the minute "*/0" has the step 0; write a step of 1 or more
            */ * * * *      | the minute "*/" lacks a number; write numbers from 0 to 59
            1/2/3 * * * *   | the minute "1/2/3" has more than one slash; write one step, as in */5
            1-2-3 * * * *   | the minute "1-2-3" has more than one hyphen; write one range, as in 1-5
            0 -1 * * *      | the hour "-1" lacks a number; write numbers from 0 to 23
            0 8 * *         | write five fields: minute, hour, day of month, month and day of week, as in "0 8 * * *"; or @hourly, @daily, @weekly, @monthly, @yearly or @every 90m
            TZ=UTC 0 8 * * * | write five fields: minute, hour, day of month, month and day of week, as in "0 8 * * *"; or @hourly, @daily, @weekly, @monthly, @yearly or @every 90m
            @reboot         | write five fields: minute, hour, day of month, month and day of week, as in "0 8 * * *"; or @hourly, @daily, @weekly, @monthly, @yearly or @every 90m
            """)
    void reportsTheFieldAndTheFix(String text, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> CronExpression.parse(text))
                        .getMessage());
    }

    @Test
    void skipsAScheduledTimeInTheHourThatSpringSkips() {
        assertEquals(
                List.of("2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z"),
                scheduledTimes("30 2 * * *", "America/New_York", "2026-03-07T00:00:00Z", 2));
    }

    @Test
    void firesTwiceInTheHourThatAutumnRepeats() {
        assertEquals(
                List.of("2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z", "2025-11-03T06:30:00Z"),
                scheduledTimes("30 1 * * *", "America/New_York", "2025-11-02T00:00:00Z", 3));
    }

    @Test
    void eitherDayFieldMatchesWhenBothAreRestricted() {
        assertEquals(
                List.of("2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-15T00:00:00Z"),
                scheduledTimes("0 0 15 * 5", "Etc/UTC", "2026-02-01T00:00:00Z", 3));
    }

    @Test
    void bothDayFieldsHaveToMatchWhenOneIsAStar() {
        assertEquals(
                List.of("2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z"),
                scheduledTimes("0 0 * * 5", "Etc/UTC", "2026-02-01T00:00:00Z", 3));
    }

    @Test
    void stepOverAStarRestrictsTheDay() {
        assertEquals(
                List.of("2026-02-27T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"),
                scheduledTimes("0 0 */2 * 5", "Etc/UTC", "2026-02-26T00:00:00Z", 3));
    }

    /** The Go library of Kubernetes never returns from this search. */
    @Test
    void skipsADateThatTheZoneDoesNotHave() {
        assertEquals(
                List.of("2011-12-31T10:00:00Z"),
                scheduledTimes("0 0 * * 0", "Pacific/Apia", "2011-12-28T00:00:00Z", 1));
    }

    @Test
    void givesUpAfterFiveYears() {
        Instant afterLeapDay = Instant.parse("2096-03-01T00:00:00Z");
        assertEquals(
                List.of(),
                CronExpression.parse("0 0 29 2 *").next(afterLeapDay, ZoneOffset.UTC).stream()
                        .toList());
    }

    private static List<String> scheduledTimes(String expression, String zone, String from, int count) {
        CronExpression cron = CronExpression.parse(expression);
        return Stream.iterate(
                        Instant.parse(from),
                        at -> cron.next(at, ZoneId.of(zone)).orElseThrow())
                .skip(1)
                .limit(count)
                .map(Instant::toString)
                .toList();
    }
}
