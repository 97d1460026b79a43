package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What the CronJob controller counts a CronJob's scheduled times from. It starts the newest time between this one and now at
 * its next look, whatever made it look. So the operator moves this time before a change would make a past one due.
 *
 * @param lastScheduleTime the time that was started last, or what the operator wrote in its place
 * @param created counts until then
 */
public record LastScheduleTime(Optional<Instant> lastScheduleTime, Instant created) {
    /** The controller looks 100 ms after a scheduled time. If a run ends within this second, the next one starts a little late. */
    public static final Duration OVERLAP_GRACE = Duration.ofSeconds(1);

    /**
     * Where to move it before a CronJob gets another schedule or is released; empty when nothing is due then.
     *
     * @param suspended is the CronJob now
     */
    public Optional<Instant> beforeChangeTo(CompiledSchedule next, boolean suspended, Instant now) {
        boolean due =
                next.schedule().next(since()).filter(time -> !time.isAfter(now)).isPresent();
        if (!due) {
            return Optional.empty();
        }
        return Optional.of(
                switch (next.schedule()) {
                    // While the earlier schedule still runs, its own times must not become due again.
                    case Schedule.Grid grid when suspended -> grid.last(now);
                    case Schedule.Grid _, Schedule.Cron _, Schedule.Every _ -> now.truncatedTo(ChronoUnit.SECONDS);
                });
    }

    /**
     * Where to move it when the CronJob is as it should be: an {@code @every} schedule keeps to its grid once it counts
     * from it. Its first time off the grid is a whole interval away, so there is no hurry.
     */
    public Optional<Instant> onto(Schedule schedule, Instant now) {
        return switch (schedule) {
            case Schedule.Grid grid
            when !grid.last(since()).equals(since()) || lastScheduleTime.isEmpty() -> Optional.of(grid.last(now));
            case Schedule.Grid _, Schedule.Cron _, Schedule.Every _ -> Optional.empty();
        };
    }

    /** Past the times that came while a run was active, or Kubernetes would start the newest when that run ends. */
    public Optional<Instant> pastOverlapped(CompiledSchedule compiled, Instant now) {
        return CronJobTimes.mostRecentDue(compiled, lastScheduleTime.orElse(null), created, now.minus(OVERLAP_GRACE));
    }

    private Instant since() {
        return lastScheduleTime.orElse(created);
    }
}
