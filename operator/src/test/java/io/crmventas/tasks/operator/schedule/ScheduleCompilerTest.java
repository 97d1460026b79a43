package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.Rejected;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        CompiledSchedule compiled = compiled("interval: " + interval);
        assertEquals(expected, compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
        Instant scheduledTime = compiled.schedule().next(Instant.EPOCH).orElseThrow();
        assertEquals(
                Duration.parse("PT" + interval),
                Duration.between(
                        scheduledTime, compiled.schedule().next(scheduledTime).orElseThrow()));
        assertEquals(
                Optional.of(compiled.schedule()),
                KubernetesSchedules.ofStatus(compiled.cronJobSchedule(), compiled.timeZone()));
    }

    /** Another value would move the starts of installed tasks with an upgrade. */
    @Test
    void offsetOfATaskOnItsGridNeverChanges() {
        assertEquals(
                new Schedule.Grid(Duration.ofMinutes(90), 1459),
                compiled("interval: 90m").schedule());
    }

    @Test
    void anUnreadableScheduleOfACronJobHasNoCompiledSchedule() {
        assertEquals(Optional.empty(), KubernetesSchedules.ofStatus("often", "Etc/UTC"));
        assertEquals(Optional.empty(), KubernetesSchedules.ofStatus("0 8 * * *", "Mars"));
    }

    @Test
    void intervalsThatDivideTheHourBecomeCronFieldsInUtc() {
        CompiledSchedule compiled = compiled("interval: 1m");
        assertEquals("* * * * *", compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
        assertInstanceOf(Schedule.Cron.class, compiled.schedule());
    }

    @Test
    void cronExpressionStaysAsWrittenAndIsInUtcByDefault() {
        CompiledSchedule compiled = compiled("schedule: '0 8 * * MON-FRI'");
        assertEquals("0 8 * * MON-FRI", compiled.cronJobSchedule());
        assertEquals("Etc/UTC", compiled.timeZone());
    }

    @Test
    void cronExpressionIsReadInTheZoneOfTheTask() {
        CompiledSchedule compiled = compiled("{schedule: 0 8 * * *, timeZone: America/Argentina/Buenos_Aires}");
        assertEquals("America/Argentina/Buenos_Aires", compiled.timeZone());
        assertEquals(
                ZoneId.of("America/Argentina/Buenos_Aires"),
                assertInstanceOf(Schedule.Cron.class, compiled.schedule()).zone());
    }

    @Test
    void readsEveryInACronExpression() {
        assertEquals(
                compiled("interval: 90m").schedule(),
                compiled("schedule: '@every 90m'").schedule());
    }

    @Test
    void acceptsADateThatComesEveryFourYears() {
        assertEquals("0 8 29 2 *", compiled("schedule: '0 8 29 2 *'").cronJobSchedule());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            schedule: '0 8 * * 7'    | spec.schedule "0 8 * * 7": the day of week "7" is outside 0-6; write 0 or SUN for Sunday
            schedule: '0 8 30 2 *'   | spec.schedule "0 8 30 2 *": it never fires: no date and time fits it; correct the day or the month
            schedule: ', 8 * * *'    | spec.schedule ", 8 * * *": it never fires: no date and time fits it; correct the day or the month
            timeZone: buenos_aires   | spec.timeZone "buenos_aires": no such time zone; write America/Argentina/Buenos_Aires
            timeZone: europe/berlin  | spec.timeZone "europe/berlin": no such time zone; write Europe/Berlin
            timeZone: Mars           | spec.timeZone "Mars": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
            timeZone: GMT+2          | spec.timeZone "GMT+2": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
            timeZone: EST            | spec.timeZone "EST": no such time zone; write America/Panama
            timeZone: ART            | spec.timeZone "ART": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
            timeZone: SystemV/AST4   | spec.timeZone "SystemV/AST4": no such time zone; write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires
            """)
    void reportsTheFieldAndTheFix(String field, String message) {
        String spec = field.startsWith("timeZone") ? "{schedule: '0 8 * * *', " + field + "}" : field;
        assertEquals(new Rejected(message), ScheduleCompiler.compile(TestTasks.task("crm", "task", spec)));
    }

    /** The API server refuses these texts. A task can hold them only if the CRD has no rules. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "interval: 5x",
                "interval: 30s",
                "interval: 0m",
                "interval: 8785h",
                "schedule: '@every 30s'",
                "schedule: '@every 8785h'",
                "schedule: '@every 7'",
                "schedule: '@every 0s'"
            })
    void rejectsTextsThatTheRulesOfTheCrdExclude(String spec) {
        assertInstanceOf(Rejected.class, ScheduleCompiler.compile(TestTasks.task("crm", "task", spec)));
    }

    private static CompiledSchedule compiled(String spec) {
        return assertInstanceOf(CompiledSchedule.class, ScheduleCompiler.compile(TestTasks.task("crm", "task", spec)));
    }
}
