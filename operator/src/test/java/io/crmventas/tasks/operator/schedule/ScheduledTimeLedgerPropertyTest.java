package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Fate;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger counts each of many random scheduled times exactly once, however often the operator counts. */
class ScheduledTimeLedgerPropertyTest {
    private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(30));
    private static final int LONGEST_LAG_SECONDS = 10;

    private final Random random = new Random(5);

    /** @param observed when the operator observes the run; empty if no run started */
    private record ScheduledTime(Instant time, Optional<Instant> observed, Fate fate) {}

    /** @param skew seconds that the operator's clock is ahead; the operator corrects only larger differences */
    @ParameterizedTest
    @ValueSource(ints = {0, -10, 10})
    void eachScheduledTimeIsStartedMissedOrSkippedOnce(int skew) {
        long all = 0;
        for (int round = 0; round < 400; round++) {
            Schedule schedule = schedule();
            List<ScheduledTime> scheduledTimes = scheduledTimes(schedule);
            long missed = 0;
            long skipped = 0;
            Instant until = START;
            for (Instant moment : moments()) {
                Known known = known(scheduledTimes, moment);
                Instant now = moment.plusSeconds(skew);
                Account account = ScheduledTimeLedger.count(schedule, until, known, Optional.empty(), true, now);
                missed += account.missed();
                skipped += account.skipped();
                until = account.until();
                Account again = ScheduledTimeLedger.count(schedule, until, known, Optional.empty(), true, now);
                assertEquals(new Account(0, 0, until, account.again()), again, "a second count adds nothing");
                assertTrue(
                        account.again().isEmpty() || account.again().get().isAfter(now), "the next count comes later");
            }
            assertEquals(count(scheduledTimes, until, Fate.NOT_STARTED), missed);
            assertEquals(count(scheduledTimes, until, Fate.OVERLAPPED), skipped);
            assertTrue(
                    !until.isBefore(
                            scheduledTimes.get(scheduledTimes.size() - 3).time()),
                    "only the newest scheduled times are open");
            all += scheduledTimes.size();
        }
        assertTrue(all > 20_000, all + " scheduled times");
    }

    @Test
    void oneCountEqualsManyCounts() {
        for (int round = 0; round < 200; round++) {
            Schedule schedule = schedule();
            List<ScheduledTime> scheduledTimes = scheduledTimes(schedule);
            Known known = known(scheduledTimes, END);
            Account whole = ScheduledTimeLedger.count(schedule, START, known, Optional.empty(), true, END);
            long missed = 0;
            long skipped = 0;
            Instant until = START;
            for (Instant now : moments()) {
                Account part = ScheduledTimeLedger.count(
                        schedule, until, known(scheduledTimes, now), Optional.empty(), true, now);
                missed += part.missed();
                skipped += part.skipped();
                until = part.until();
            }
            assertEquals(whole, new Account(missed, skipped, until, whole.again()));
        }
    }

    @Test
    void theEndOfAScheduleDropsTheTimeThatCouldStillStart() {
        Schedule fives = KubernetesSchedules.read("*/5 * * * *");
        Instant now = START.plusSeconds(17 * 60);
        Known nothing = new Known(scheduledTime -> Fate.NOT_STARTED, Optional.empty());
        // The runs of 00:05 and 00:10 were missed. The run of 00:15 could still start if the schedule continued.
        assertEquals(
                new Account(2, 0, now, Optional.empty()),
                ScheduledTimeLedger.count(fives, START, nothing, Optional.empty(), false, now));
        assertEquals(
                new Account(2, 0, START.plusSeconds(600), Optional.of(START.plusSeconds(20 * 60 + 20))),
                ScheduledTimeLedger.count(fives, START, nothing, Optional.empty(), true, now));
    }

    @Test
    void aScheduledTimeIsMissedAtItsDeadline() {
        Schedule daily = KubernetesSchedules.read("0 8 * * *");
        Known nothing = new Known(scheduledTime -> Fate.NOT_STARTED, Optional.empty());
        Optional<Duration> deadline = Optional.of(Duration.ofMinutes(5));
        Instant eight = START.plus(Duration.ofHours(8));
        assertEquals(
                0,
                ScheduledTimeLedger.count(daily, START, nothing, deadline, true, eight.plusSeconds(310))
                        .missed());
        assertEquals(
                1,
                ScheduledTimeLedger.count(daily, START, nothing, deadline, true, eight.plusSeconds(330))
                        .missed());
    }

    @Test
    void aLongTimeIsCountedInParts() {
        Schedule minutes = KubernetesSchedules.read("* * * * *");
        Known nothing = new Known(scheduledTime -> Fate.NOT_STARTED, Optional.empty());
        Instant now = START.plus(Duration.ofDays(200)).plusSeconds(30);
        long missed = 0;
        Instant until = START;
        for (int part = 0; part < 3; part++) {
            Account account = ScheduledTimeLedger.count(minutes, until, nothing, Optional.empty(), true, now);
            assertTrue(account.missed() <= ScheduledTimeLedger.MOST_AT_ONCE);
            missed += account.missed();
            until = account.until();
        }
        assertEquals(200 * 24 * 60 - 1, missed);
    }

    private Schedule schedule() {
        return switch (random.nextInt(4)) {
            case 0 -> new Schedule.Grid(Duration.ofMinutes(7 + random.nextInt(60)), random.nextInt(400));
            case 1 -> KubernetesSchedules.read("*/5 * * * *");
            case 2 -> KubernetesSchedules.read("3,7,40 * * * *");
            default -> KubernetesSchedules.read("0 */2 * * *");
        };
    }

    /** Kubernetes starts a run before the next scheduled time, or never. */
    private List<ScheduledTime> scheduledTimes(Schedule schedule) {
        List<ScheduledTime> times = new ArrayList<>();
        Instant scheduledTime = schedule.next(START).orElseThrow();
        while (scheduledTime.isBefore(END)) {
            Instant following = schedule.next(scheduledTime).orElseThrow();
            boolean startsLate = random.nextInt(10) == 0;
            long delay = startsLate
                    ? random.nextLong(Duration.between(scheduledTime, following).toMillis())
                    : 100;
            times.add(
                    switch (random.nextInt(5)) {
                        case 0 -> new ScheduledTime(scheduledTime, Optional.empty(), Fate.NOT_STARTED);
                        case 1 -> new ScheduledTime(scheduledTime, Optional.empty(), Fate.OVERLAPPED);
                        default ->
                            new ScheduledTime(
                                    scheduledTime,
                                    Optional.of(scheduledTime.plusMillis(
                                            delay + random.nextInt(LONGEST_LAG_SECONDS * 1000))),
                                    Fate.STARTED);
                    });
            scheduledTime = following;
        }
        return times;
    }

    private List<Instant> moments() {
        List<Instant> moments = new ArrayList<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
            moments.add(START.plusMillis(
                    random.nextLong(Duration.between(START, END).toMillis())));
        }
        moments.add(END);
        moments.sort(Comparator.naturalOrder());
        return moments;
    }

    private static Known known(List<ScheduledTime> scheduledTimes, Instant now) {
        List<ScheduledTime> observed = scheduledTimes.stream()
                .filter(scheduledTime ->
                        scheduledTime.observed().filter(at -> !at.isAfter(now)).isPresent())
                .toList();
        return new Known(
                time -> scheduledTimes.stream()
                        .filter(scheduledTime -> scheduledTime.time().equals(time))
                        .map(scheduledTime -> scheduledTime.fate() == Fate.STARTED && !observed.contains(scheduledTime)
                                ? Fate.NOT_STARTED
                                : scheduledTime.fate())
                        .findFirst()
                        .orElseThrow(),
                observed.stream().map(ScheduledTime::time).max(Comparator.naturalOrder()));
    }

    private static long count(List<ScheduledTime> scheduledTimes, Instant until, Fate fate) {
        return scheduledTimes.stream()
                .filter(scheduledTime ->
                        scheduledTime.fate() == fate && !scheduledTime.time().isAfter(until))
                .count();
    }
}
