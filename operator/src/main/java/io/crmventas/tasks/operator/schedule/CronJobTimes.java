package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled times that the CronJob controller of Kubernetes 1.34 sees, computed as it does (its mostRecentScheduleTime and
 * nextScheduleTimeDuration).
 *
 * <p>Both count from {@code lastScheduleTime}, or from the CronJob's creation while there is none: that makes the
 * grid of an {@code @every} schedule.
 */
public final class CronJobTimes {

    private CronJobTimes() {}

    /** The time that the controller waits for while nothing is due; a time that is due at {@code now} is not the next. */
    public static Optional<Instant> nextRun(
            CompiledSchedule compiled, @Nullable Instant lastScheduleTime, Instant cronJobCreation, Instant now) {
        Schedule schedule = compiled.schedule();
        Instant since = lastScheduleTime == null ? cronJobCreation : lastScheduleTime;
        Optional<Instant> first = schedule.next(since);
        if (first.isPresent() && now.isBefore(first.get())) {
            return first;
        }
        return schedule.next(
                mostRecentDue(compiled, lastScheduleTime, cronJobCreation, now).orElse(now));
    }

    /**
     * The latest scheduled time that has come since the last one that was started: a CronJob that is not suspended and has no
     * starting deadline starts it at once. Earlier ones that were missed as well are lost.
     */
    public static Optional<Instant> mostRecentDue(
            CompiledSchedule compiled, @Nullable Instant lastScheduleTime, Instant cronJobCreation, Instant now) {
        Schedule schedule = compiled.schedule();
        Instant first = schedule.next(lastScheduleTime == null ? cronJobCreation : lastScheduleTime)
                .orElse(null);
        if (first == null || now.isBefore(first)) {
            return Optional.empty();
        }
        Instant second = schedule.next(first).orElse(null);
        if (second == null) {
            return Optional.empty();
        }
        return now.isBefore(second) ? Optional.of(first) : latest(schedule, first, second, now);
    }

    /** Jumps near {@code now} by the distance of the first two times instead of walking over years of them. */
    private static Optional<Instant> latest(Schedule schedule, Instant first, Instant second, Instant now) {
        long step = Duration.between(first, second).toSeconds();
        if (step < 1) {
            return Optional.empty();
        }
        long elapsed = Duration.between(first, now).toSeconds();
        Instant latest = null;
        Instant time =
                schedule.next(first.plusSeconds((elapsed / step - 1) * step)).orElse(null);
        while (time != null && !time.isAfter(now)) {
            latest = time;
            time = schedule.next(time).orElse(null);
        }
        return Optional.ofNullable(latest);
    }
}
