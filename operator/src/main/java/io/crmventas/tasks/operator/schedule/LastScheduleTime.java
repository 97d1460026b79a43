package io.crmventas.tasks.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What the CronJob controller counts a CronJob's scheduled times from. It starts the newest time between this one and now at
 * its next look, whatever made it look. So the operator moves this time before a change would make a past one due.
 *
 * <p>The scheduled times are those that the controller of Kubernetes 1.34 sees, computed as it does (its
 * mostRecentScheduleTime and nextScheduleTimeDuration).
 *
 * @param lastScheduleTime the time that was started last, or what the operator wrote in its place
 * @param created counts until then; that makes the grid of an {@code @every} schedule
 */
public record LastScheduleTime(Optional<Instant> lastScheduleTime, Instant created) {
    /** The controller looks 100 ms after a scheduled time. If a run ends within this second, the next one starts a little late. */
    public static final Duration OVERLAP_GRACE = Duration.ofSeconds(1);

    /** The time that the controller waits for while nothing is due; a time that is due at {@code now} is not the next. */
    public Optional<Instant> nextRun(Schedule schedule, Instant now) {
        Optional<Instant> first = schedule.next(since());
        return first.isPresent() && now.isBefore(first.get())
                ? first
                : schedule.next(mostRecentDue(schedule, now).orElse(now));
    }

    /**
     * The latest scheduled time that has come since the last one that was started: a CronJob that is not suspended and has no
     * starting deadline starts it at once. Earlier ones that were missed as well are lost.
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

    /** Jumps near {@code now} by the distance of the first two times instead of walking over years of them. */
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
     * Where to move it before a CronJob gets another schedule or is released; empty when nothing is due then.
     *
     * @param suspended is the CronJob now
     */
    public Optional<Instant> beforeChangeTo(Schedule schedule, boolean suspended, Instant now) {
        boolean due = schedule.next(since()).filter(time -> !time.isAfter(now)).isPresent();
        if (!due) {
            return Optional.empty();
        }
        // While the earlier schedule still runs, its own times must not become due again.
        return Optional.of(
                suspended && schedule instanceof Schedule.Grid grid
                        ? grid.last(now)
                        : now.truncatedTo(ChronoUnit.SECONDS));
    }

    /**
     * Where to move it when the CronJob is as it should be: an {@code @every} schedule keeps to its grid once it counts
     * from it. Its first time off the grid is a whole interval away, so there is no hurry.
     */
    public Optional<Instant> onto(Schedule schedule, Instant now) {
        return schedule instanceof Schedule.Grid grid
                        && (lastScheduleTime.isEmpty() || !grid.last(since()).equals(since()))
                ? Optional.of(grid.last(now))
                : Optional.empty();
    }

    /** Past the times that came while a run was active, or Kubernetes would start the newest when that run ends. */
    public Optional<Instant> pastOverlapped(Schedule schedule, Instant now) {
        return mostRecentDue(schedule, now.minus(OVERLAP_GRACE));
    }

    private Instant since() {
        return lastScheduleTime.orElse(created);
    }
}
