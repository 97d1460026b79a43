package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCompilerTest {

    @ParameterizedTest
    @CsvSource({
        "7m, @every 7m0s",
        "90m, @every 1h30m0s",
        "25h, @every 25h0m0s",
        "5h, @every 5h0m0s",
        "45m, @every 45m0s"
    })
    void intervalsThatDivideNeitherHourNorDayKeepTheirOwnGrid(String interval, String expected) {
        CompiledSchedule compiled = compiled(interval, null, null);
        assertEquals(expected, compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
        Instant scheduledTime = compiled.schedule().next(Instant.EPOCH).orElseThrow();
        assertEquals(
                Duration.parse("PT" + interval),
                Duration.between(
                        scheduledTime, compiled.schedule().next(scheduledTime).orElseThrow()));
        assertEquals(
                Optional.of(compiled.schedule()),
                ScheduleCompiler.compiled("crm", "task", compiled.cronJobSchedule(), compiled.timeZone()));
    }

    /** Fixed for good, as the minutes of the others. */
    @Test
    void placeOfATaskOnItsGridNeverChanges() {
        assertEquals(
                new Schedule.Grid(Duration.ofMinutes(90), 1459),
                compiled("90m", null, null).schedule());
    }

    @Test
    void whatItDidNotCompileMeansNothing() {
        assertEquals(Optional.empty(), ScheduleCompiler.compiled("crm", "task", "often", "Etc/UTC"));
        assertEquals(Optional.empty(), ScheduleCompiler.compiled("crm", "task", "0 8 * * *", "Mars"));
    }

    @Test
    void intervalsThatDivideTheHourBecomeCronFieldsInUtc() {
        CompiledSchedule compiled = compiled("1m", null, null);
        assertEquals("* * * * *", compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
        assertInstanceOf(Schedule.Cron.class, compiled.schedule());
    }

    @Test
    void cronExpressionStaysAsWrittenAndIsInUtcByDefault() {
        CompiledSchedule compiled = compiled(null, "0 8 * * MON-FRI", null);
        assertEquals("0 8 * * MON-FRI", compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
    }

    @Test
    void cronExpressionIsReadInTheZoneOfTheTask() {
        CompiledSchedule compiled = compiled(null, "0 8 * * *", "America/Argentina/Buenos_Aires");
        assertEquals("America/Argentina/Buenos_Aires", compiled.timeZone());
        assertEquals(
                ZoneId.of("America/Argentina/Buenos_Aires"),
                assertInstanceOf(Schedule.Cron.class, compiled.schedule()).zone());
    }

    @Test
    void readsEveryInACronExpression() {
        assertEquals(
                compiled("90m", null, null).schedule(),
                compiled(null, "@every 90m", null).schedule());
    }

    @Test
    void acceptsADateThatComesEveryFourYears() {
        assertEquals("0 8 29 2 *", compiled(null, "0 8 29 2 *", null).cronJobSchedule());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            5m  | 0 8 * * * |         | spec.interval | spec.interval and spec.schedule exclude each other; remove one of them
                |           |         | spec.interval | the task has no schedule; set spec.interval, as in 5m, or spec.schedule
            5m  |           | Etc/UTC | spec.timeZone | spec.timeZone "Etc/UTC": it goes with spec.schedule only; remove it
            5x  |           |         | spec.interval | spec.interval "5x": it is not a duration; write hours and minutes, as in 5m or 1h30m
            30s |           |         | spec.interval | spec.interval "30s": it is shorter than Kubernetes can start Jobs; write 1m or more
            0m  |           |         | spec.interval | spec.interval "0m": it is shorter than Kubernetes can start Jobs; write 1m or more
            90s |           |         | spec.interval | spec.interval "90s": it is not a whole number of minutes; write one, as in 5m or 1h30m
            8785h |         |         | spec.interval | spec.interval "8785h": it is longer than 366 days; write 8784h or less
                | 0 8 * * 7 |         | spec.schedule | spec.schedule "0 8 * * 7": the day of week "7" is outside 0-6; write 0 or SUN for Sunday
                | 0 8 30 2 * |        | spec.schedule | spec.schedule "0 8 30 2 *": it never fires: no date and time fits it; correct the day or the month
                | , 8 * * * |         | spec.schedule | spec.schedule ", 8 * * *": it never fires: no date and time fits it; correct the day or the month
                | @every 30s |        | spec.schedule | spec.schedule "@every 30s": it is shorter than Kubernetes can start Jobs; write @every 1m or more
                | @every 8785h |      | spec.schedule | spec.schedule "@every 8785h": it is longer than 366 days; write @every 8784h or less
                | @every 5m | Etc/UTC | spec.timeZone | spec.timeZone "Etc/UTC": it goes with cron fields only; remove it
                | @every 7  |         | spec.schedule | spec.schedule "@every 7": "7" is not a duration; write hours, minutes and seconds, as in 1h30m
                | 0 8 * * * | buenos aires | spec.timeZone | spec.timeZone "buenos aires": no such time zone; write America/Argentina/Buenos_Aires
                | 0 8 * * * | europe/berlin | spec.timeZone | spec.timeZone "europe/berlin": no such time zone; write Europe/Berlin
                | 0 8 * * * | Mars    | spec.timeZone | spec.timeZone "Mars": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
                | 0 8 * * * | GMT+2   | spec.timeZone | spec.timeZone "GMT+2": no such time zone; write Etc/GMT+2
                | 0 8 * * * | -03:00  | spec.timeZone | spec.timeZone "-03:00": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
                | 0 8 * * * | Local   | spec.timeZone | spec.timeZone "Local": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
                | 0 8 * * * | SystemV/AST4 | spec.timeZone | spec.timeZone "SystemV/AST4": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
            """)
    void namesTheFieldToEditAndTheCure(
            String interval, String schedule, String timeZone, String field, String message) {
        assertEquals(
                new ScheduleCompilation.Rejected(field, message),
                ScheduleCompiler.compile("crm", "task", interval, schedule, timeZone));
    }

    private static CompiledSchedule compiled(String interval, String schedule, String timeZone) {
        return assertInstanceOf(
                CompiledSchedule.class, ScheduleCompiler.compile("crm", "task", interval, schedule, timeZone));
    }
}
