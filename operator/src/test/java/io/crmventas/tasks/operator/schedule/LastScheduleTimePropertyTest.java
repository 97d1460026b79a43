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
 * The test kills the operator between any two writes, and the CronJob controller reacts to each write. No run starts late
 * after any edit, suspension or resume, and intervals keep to their grid.
 */
class LastScheduleTimePropertyTest {
    private static final List<String> SCHEDULES =
            List.of("*/5 * * * *", "* * * * *", "7-59/30 * * * *", "41 15 * * *", "7m", "45m", "90m", "25h");
    private static final Duration ON_TIME = Duration.ofSeconds(2);

    private final Random random = new Random(71);
    private Instant now = Instant.parse("2026-11-25T00:00:00Z");

    // These fields are the stored CronJob.
    private CompiledSchedule live = compiled(SCHEDULES.getFirst());
    private boolean suspended;
    private Optional<Instant> last = Optional.empty();
    private Instant created = now;

    private Duration skew = Duration.ZERO;
    private int started;
    private String history = "";

    /** @param seconds how far the operator's clock is ahead; the operator corrects only larger differences */
    @ParameterizedTest
    @ValueSource(ints = {0, -10, 10})
    void noChangeStartsAPastRun(int seconds) {
        skew = Duration.ofSeconds(seconds);
        for (int round = 0; round < 3_000; round++) {
            CompiledSchedule wanted = random.nextInt(3) == 0 ? compiled(pick()) : live;
            boolean suspend = random.nextInt(4) == 0;
            boolean completed = reconcile(wanted, suspend);
            if (completed && !suspend && wanted.schedule() instanceof Schedule.Grid grid) {
                Instant counted = last.orElseThrow();
                assertEquals(grid.last(counted), counted, () -> "off the grid: " + history);
            }
            passTime(Duration.ofSeconds(random.nextInt(random.nextInt(3) == 0 ? 100_000 : 600)));
        }
        assertTrue(started > 1_000, started + " runs");
    }

    @Test
    void aNewIntervalStartsItsFirstRunOnItsGrid() {
        for (int round = 0; round < 500; round++) {
            now = now.plusSeconds(random.nextInt(100_000));
            live = compiled("45m");
            last = Optional.empty();
            created = now;
            passTime(Duration.ofSeconds(random.nextInt(5)));
            // The next operator continues, whether this one was killed or not.
            reconcile(live, false);
            last = lastScheduleTime().onto(live.schedule(), now).or(() -> last);
            Instant first = next().orElseThrow();
            assertEquals(((Schedule.Grid) live.schedule()).last(first), first);
        }
    }

    @Test
    void overlappedScheduledTimesDoNotStartAfterALongRun() {
        LastScheduleTime last = new LastScheduleTime(Optional.of(Instant.parse("2026-11-25T10:05:00Z")), created);
        Schedule fives = compiled("*/5 * * * *").schedule();
        assertEquals(Optional.empty(), last.pastOverlapped(fives, Instant.parse("2026-11-25T10:10:00.900Z")));
        assertEquals(
                Optional.of(Instant.parse("2026-11-25T10:20:00Z")),
                last.pastOverlapped(fives, Instant.parse("2026-11-25T10:20:01Z")));
    }

    /**
     * Does the steps of the reconciler.
     *
     * @return false if the operator was killed between two writes
     */
    private boolean reconcile(CompiledSchedule wanted, boolean suspend) {
        history = live.cronJobSchedule() + (suspended ? " suspended" : "") + " to " + wanted.cronJobSchedule()
                + (suspend ? " suspended" : "") + " at " + now;
        boolean starts = suspended || !live.cronJobSchedule().equals(wanted.cronJobSchedule());
        if (!suspend && starts) {
            Optional<Instant> before = lastScheduleTime().beforeChangeTo(wanted.schedule(), suspended, operatorNow());
            if (before.isPresent()) {
                last = before;
                if (killed()) {
                    return false;
                }
            }
        }
        live = wanted;
        suspended = suspend;
        if (killed()) {
            return false;
        }
        if (!suspend) {
            last = lastScheduleTime().onto(wanted.schedule(), operatorNow()).or(() -> last);
            return !killed();
        }
        return true;
    }

    private Instant operatorNow() {
        return now.plus(skew);
    }

    /** After each write the controller observes the write, and some time passes. */
    private boolean killed() {
        runController();
        passTime(Duration.ofMillis(random.nextInt(300)));
        return random.nextInt(5) == 0;
    }

    /** The controller runs at each scheduled time. */
    private void passTime(Duration time) {
        Instant end = now.plus(time);
        runController();
        for (Optional<Instant> scheduledTime = next();
                scheduledTime.isPresent() && !scheduledTime.get().isAfter(end);
                scheduledTime = next()) {
            now = scheduledTime.get().isAfter(now) ? scheduledTime.get() : now;
            runController();
        }
        now = end;
    }

    private Optional<Instant> next() {
        return suspended ? Optional.empty() : kubernetesSchedule().next(last.orElse(created));
    }

    private void runController() {
        if (suspended) {
            return;
        }
        lastScheduleTime().mostRecentDue(kubernetesSchedule(), now).ifPresent(scheduledTime -> {
            assertTrue(
                    Duration.between(scheduledTime, now).compareTo(ON_TIME.plus(skew.abs())) <= 0,
                    () -> scheduledTime + " was started at " + now + " after " + history);
            last = Optional.of(scheduledTime);
            started++;
        });
    }

    /** Kubernetes reads the same text without a grid. */
    private Schedule kubernetesSchedule() {
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
