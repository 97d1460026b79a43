package io.crmventas.tasks.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The time from which the CronJob controller counts a CronJob's scheduled times. At its next sync for any cause, the
 * controller starts the newest scheduled time between this time and now. So the operator moves this time before a
 * change that would make a past scheduled time due.
 *
 * <p>This class computes the scheduled times as the controller of Kubernetes 1.34 does (its mostRecentScheduleTime and
 * nextScheduleTimeDuration).
 *
 * @param lastScheduleTime the CronJob's {@code status.lastScheduleTime}, which the operator can have moved
 * @param created the CronJob's creation, from which the controller counts while {@code lastScheduleTime} is absent
 */
public record LastScheduleTime(Optional<Instant> lastScheduleTime, Instant created) {
    /** The controller syncs 100 ms after a scheduled time. A run that ends within this second delays the next one. */
    public static final Duration OVERLAP_GRACE = Duration.ofSeconds(1);

    /** Returns the scheduled time for which the controller waits. A time that is due at {@code now} is past. */
    public Optional<Instant> nextRun(Schedule schedule, Instant now) {
        Optional<Instant> first = schedule.next(since());
        return first.isPresent() && now.isBefore(first.get())
                ? first
                : schedule.next(mostRecentDue(schedule, now).orElse(now));
    }

    /**
     * Returns the newest scheduled time between the last schedule time and now. The controller starts it at once if the
     * CronJob is not suspended and has no starting deadline. It never starts the earlier ones.
     */
    Optional<Instant> mostRecentDue(Schedule schedule, Instant now) {
        Instant first = schedule.next(since()).orElse(null);
        if (first == null || now.isBefore(first)) {
            return Optional.empty();
        }
        Instant second = schedule.next(first).orElse(null);
        if (second == null) {
            return Optional.empty();
        }
        return now.isBefore(second) ? Optional.of(first) : latest(schedule, first, second, now);
    }

    /** Jumps close to {@code now} by the gap of the first two times, because a loop over years of times is slow. */
    private static Optional<Instant> latest(Schedule schedule, Instant first, Instant second, Instant now) {
        long step = Duration.between(first, second).toSeconds();
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

    /**
     * Returns the new last schedule time that a CronJob needs before the operator changes its schedule or resumes it;
     * empty when the change makes no past time due.
     *
     * @param suspended whether the CronJob is suspended now
     */
    public Optional<Instant> beforeChangeTo(Schedule schedule, boolean suspended, Instant now) {
        boolean due = schedule.next(since()).filter(time -> !time.isAfter(now)).isPresent();
        if (!due) {
            return Optional.empty();
        }
        // A CronJob that is not suspended still has its earlier schedule, whose past times must not become due again.
        return Optional.of(
                suspended && schedule instanceof Schedule.Grid grid
                        ? grid.last(now)
                        : now.truncatedTo(ChronoUnit.SECONDS));
    }

    /**
     * Returns the new last schedule time that moves a correct CronJob onto its {@code @every} grid; empty when it is
     * there. The first scheduled time is a whole interval after the creation, so the operator has time to move it.
     */
    public Optional<Instant> onto(Schedule schedule, Instant now) {
        return schedule instanceof Schedule.Grid grid
                        && (lastScheduleTime.isEmpty() || !grid.last(since()).equals(since()))
                ? Optional.of(grid.last(now))
                : Optional.empty();
    }

    /** Skips the scheduled times that came during an active run. Otherwise the newest one starts when that run ends. */
    public Optional<Instant> pastOverlapped(Schedule schedule, Instant now) {
        return mostRecentDue(schedule, now.minus(OVERLAP_GRACE));
    }

    public Instant since() {
        return lastScheduleTime.orElse(created);
    }
}
