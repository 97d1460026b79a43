package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LastScheduleTimeTest {
    private static final Instant CREATED = Instant.parse("2026-03-01T10:00:21Z");
    private static final Schedule EVERY_SEVEN = compiled("@every 7m0s");
    private static final Schedule DAILY = compiled("0 8 * * *");

    @Test
    void everyIntervalCountsFromTheCreationUntilTheFirstRun() {
        assertEquals(
                at("10:07:21"),
                new LastScheduleTime(Optional.empty(), CREATED).nextRun(EVERY_SEVEN, CREATED.plusSeconds(5)));
    }

    @Test
    void everyIntervalStaysOnTheGridOfTheLastRun() {
        Instant last = Instant.parse("2026-03-01T10:07:00Z");
        assertEquals(at("11:10:00"), from(last).nextRun(EVERY_SEVEN, last.plusSeconds(60 * 60)));
    }

    @Test
    void aTimeThatIsDueNowIsNotTheNextOne() {
        Instant last = Instant.parse("2026-03-01T10:07:00Z");
        Instant now = last.plusSeconds(7 * 60);
        assertEquals(at("10:14:00"), from(last).mostRecentDue(EVERY_SEVEN, now));
        assertEquals(at("10:21:00"), from(last).nextRun(EVERY_SEVEN, now));
    }

    @Test
    void onlyTheLatestOfManyMissedTimesIsDue() {
        Instant last = Instant.parse("2025-03-01T08:00:00Z");
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        assertEquals(at("08:00:00"), from(last).mostRecentDue(DAILY, now));
        assertEquals(
                Optional.of(Instant.parse("2026-03-02T08:00:00Z")), from(last).nextRun(DAILY, now));
    }

    @Test
    void nothingIsDueBeforeTheFirstTime() {
        assertEquals(
                Optional.empty(),
                new LastScheduleTime(Optional.empty(), CREATED).mostRecentDue(DAILY, CREATED.plusSeconds(3600)));
    }

    /** The operator moves the last schedule time to now before it resumes a CronJob, so no missed run starts. */
    @Test
    void aLastScheduleTimeOfNowLeavesNothingDue() {
        Instant now = Instant.parse("2026-03-01T17:58:25Z");
        assertEquals(Optional.empty(), from(now).mostRecentDue(compiled("*/2 * * * *"), now));
        assertEquals(at("18:00:00"), from(now).nextRun(compiled("*/2 * * * *"), now));
    }

    @Test
    void scheduleThatNeverFiresHasNoNextRun() {
        assertEquals(
                Optional.empty(),
                new LastScheduleTime(Optional.empty(), CREATED).nextRun(compiled("0 0 30 2 *"), CREATED));
    }

    private static LastScheduleTime from(Instant last) {
        return new LastScheduleTime(Optional.of(last), CREATED);
    }

    private static Schedule compiled(String schedule) {
        return KubernetesSchedules.read(schedule);
    }

    private static Optional<Instant> at(String time) {
        return Optional.of(Instant.parse("2026-03-01T" + time + "Z"));
    }
}
