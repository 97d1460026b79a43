package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operator that is killed between any two writes, beside a controller that looks after each of them: no run starts
 * late, whatever was edited, suspended or resumed, and intervals keep to their grid.
 */
class LastScheduleTimePropertyTest {
    private static final List<String> SCHEDULES =
            List.of("*/5 * * * *", "* * * * *", "7-59/30 * * * *", "41 15 * * *", "7m", "45m", "90m", "25h");
    private static final Duration ON_TIME = Duration.ofSeconds(2);

    private final Random random = new Random(71);
    private Instant now = Instant.parse("2026-11-25T00:00:00Z");

    // The CronJob as it is stored.
    private CompiledSchedule live = compiled(SCHEDULES.getFirst());
    private boolean suspended;
    private Optional<Instant> last = Optional.empty();
    private Instant created = now;

    private Duration skew = Duration.ZERO;
    private int started;
    private String history = "";

    /** @param seconds that the operator's clock is ahead: as much as it leaves uncorrected */
    @ParameterizedTest
    @ValueSource(ints = {0, -10, 10})
    void noChangeStartsWhatIsPast(int seconds) {
        skew = Duration.ofSeconds(seconds);
        for (int round = 0; round < 3_000; round++) {
            CompiledSchedule wanted = random.nextInt(3) == 0 ? compiled(pick()) : live;
            boolean stop = random.nextInt(4) == 0;
            boolean whole = reconcile(wanted, stop);
            if (whole && !stop && wanted.schedule() instanceof Schedule.Grid grid) {
                Instant counted = last.orElseThrow();
                assertEquals(grid.last(counted), counted, () -> "off the grid: " + history);
            }
            pass(Duration.ofSeconds(random.nextInt(random.nextInt(3) == 0 ? 100_000 : 600)));
        }
        assertTrue(started > 1_000, started + " runs");
    }

    @Test
    void aNewIntervalCountsFromItsGridBeforeItsFirstScheduledTime() {
        for (int round = 0; round < 500; round++) {
            now = now.plusSeconds(random.nextInt(100_000));
            live = compiled("45m");
            last = Optional.empty();
            created = now;
            pass(Duration.ofSeconds(random.nextInt(5)));
            // Whether it was killed or not: the next one goes on.
            reconcile(live, false);
            last = lastScheduleTime().onto(live.schedule(), now).or(() -> last);
            Instant first = next().orElseThrow();
            assertEquals(((Schedule.Grid) live.schedule()).last(first), first);
        }
    }

    @Test
    void aRunThatOutlivesScheduledTimesIsNotFollowedByOneOfThem() {
        LastScheduleTime last = new LastScheduleTime(Optional.of(Instant.parse("2026-11-25T10:05:00Z")), created);
        Schedule fives = compiled("*/5 * * * *").schedule();
        assertEquals(Optional.empty(), last.pastOverlapped(fives, Instant.parse("2026-11-25T10:10:00.900Z")));
        assertEquals(
                Optional.of(Instant.parse("2026-11-25T10:20:00Z")),
                last.pastOverlapped(fives, Instant.parse("2026-11-25T10:20:01Z")));
    }

    /** The steps of the reconciler; false when it was killed on the way. */
    private boolean reconcile(CompiledSchedule wanted, boolean stop) {
        history = live.cronJobSchedule() + (suspended ? " suspended" : "") + " to " + wanted.cronJobSchedule()
                + (stop ? " suspended" : "") + " at " + now;
        boolean starts = suspended || !live.cronJobSchedule().equals(wanted.cronJobSchedule());
        if (!stop && starts) {
            Optional<Instant> before = lastScheduleTime().beforeChangeTo(wanted.schedule(), suspended, itsNow());
            if (before.isPresent()) {
                last = before;
                if (killed()) {
                    return false;
                }
            }
        }
        live = wanted;
        suspended = stop;
        if (killed()) {
            return false;
        }
        if (!stop) {
            last = lastScheduleTime().onto(wanted.schedule(), itsNow()).or(() -> last);
            return !killed();
        }
        return true;
    }

    private Instant itsNow() {
        return now.plus(skew);
    }

    /** After each write some time passes, and the controller hears of the write. */
    private boolean killed() {
        controllerLooks();
        pass(Duration.ofMillis(random.nextInt(300)));
        return random.nextInt(5) == 0;
    }

    /** The controller wakes up at each scheduledTime. */
    private void pass(Duration time) {
        Instant end = now.plus(time);
        controllerLooks();
        for (Optional<Instant> scheduledTime = next();
                scheduledTime.isPresent() && !scheduledTime.get().isAfter(end);
                scheduledTime = next()) {
            now = scheduledTime.get().isAfter(now) ? scheduledTime.get() : now;
            controllerLooks();
        }
        now = end;
    }

    private Optional<Instant> next() {
        return suspended ? Optional.empty() : seen().next(last.orElse(created));
    }

    private void controllerLooks() {
        if (suspended) {
            return;
        }
        lastScheduleTime().mostRecentDue(seen(), now).ifPresent(scheduledTime -> {
            assertTrue(
                    Duration.between(scheduledTime, now).compareTo(ON_TIME.plus(skew.abs())) <= 0,
                    () -> scheduledTime + " was started at " + now + " after " + history);
            last = Optional.of(scheduledTime);
            started++;
        });
    }

    /** What Kubernetes makes of the text: it knows no grid. */
    private Schedule seen() {
        return KubernetesSchedules.read(live.cronJobSchedule(), ZoneId.of(live.timeZone()));
    }

    private LastScheduleTime lastScheduleTime() {
        return new LastScheduleTime(last, created);
    }

    private String pick() {
        return SCHEDULES.get(random.nextInt(SCHEDULES.size()));
    }

    private static CompiledSchedule compiled(String text) {
        String field = text.contains(" ") ? "schedule" : "interval";
        return assertInstanceOf(
                CompiledSchedule.class,
                ScheduleCompiler.compile(TestTasks.task("crm", "task", field + ": '" + text + "'")));
    }
}
