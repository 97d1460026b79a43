package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CronJobTimesTest {
    private static final Instant CREATED = Instant.parse("2026-03-01T10:00:21Z");
    private static final CompiledSchedule EVERY_SEVEN = compiled("@every 7m0s");
    private static final CompiledSchedule DAILY = compiled("0 8 * * *");

    @Test
    void everyIntervalCountsFromTheCreationUntilTheFirstRun() {
        assertEquals(at("10:07:21"), CronJobTimes.nextRun(EVERY_SEVEN, null, CREATED, CREATED.plusSeconds(5)));
    }

    @Test
    void everyIntervalStaysOnTheGridOfTheLastRun() {
        Instant last = Instant.parse("2026-03-01T10:07:00Z");
        assertEquals(at("11:10:00"), CronJobTimes.nextRun(EVERY_SEVEN, last, CREATED, last.plusSeconds(60 * 60)));
    }

    @Test
    void slotThatIsDueNowIsNotTheNextOne() {
        Instant last = Instant.parse("2026-03-01T10:07:00Z");
        Instant now = last.plusSeconds(7 * 60);
        assertEquals(at("10:14:00"), CronJobTimes.mostRecentDue(EVERY_SEVEN, last, CREATED, now));
        assertEquals(at("10:21:00"), CronJobTimes.nextRun(EVERY_SEVEN, last, CREATED, now));
    }

    @Test
    void onlyTheLatestOfManyMissedSlotsIsDue() {
        Instant last = Instant.parse("2025-03-01T08:00:00Z");
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        assertEquals(at("08:00:00"), CronJobTimes.mostRecentDue(DAILY, last, CREATED, now));
        assertEquals(
                Optional.of(Instant.parse("2026-03-02T08:00:00Z")), CronJobTimes.nextRun(DAILY, last, CREATED, now));
    }

    @Test
    void nothingIsDueBeforeTheFirstSlot() {
        assertEquals(Optional.empty(), CronJobTimes.mostRecentDue(DAILY, null, CREATED, CREATED.plusSeconds(3600)));
    }

    /** The anchor that is patched before a CronJob is released lets nothing be due. */
    @Test
    void anchorAtNowLeavesNothingDue() {
        Instant now = Instant.parse("2026-03-01T17:58:25Z");
        assertEquals(Optional.empty(), CronJobTimes.mostRecentDue(compiled("*/2 * * * *"), now, CREATED, now));
        assertEquals(at("18:00:00"), CronJobTimes.nextRun(compiled("*/2 * * * *"), now, CREATED, now));
    }

    @Test
    void scheduleThatNeverFiresHasNoNextRun() {
        assertEquals(Optional.empty(), CronJobTimes.nextRun(compiled("0 0 30 2 *"), null, CREATED, CREATED));
    }

    private static CompiledSchedule compiled(String schedule) {
        return new CompiledSchedule(schedule, "Etc/UTC", Schedule.parse(schedule, ZoneOffset.UTC));
    }

    private static Optional<Instant> at(String time) {
        return Optional.of(Instant.parse("2026-03-01T" + time + "Z"));
    }
}
