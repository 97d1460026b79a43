package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Freshness;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.Rejected;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import java.time.Instant;
import java.util.Optional;

/**
 * By when the next success has to come. Not a fixed time after the last one: a task of working days that succeeded on a
 * Friday is not overdue on Sunday.
 */
final class FreshnessDeadline {
    private static final int DEFAULT_MISSED_RUNS = 2;
    private static final String DEFAULT_GRACE = "5m";

    private FreshnessDeadline() {}

    /**
     * Of the task's own schedule, whether or not there is a CronJob for it.
     *
     * @return empty when the schedule cannot be read
     */
    static Optional<Instant> after(Instant start, CrmScheduledTask task) {
        Freshness freshness = task.getSpec().freshness();
        String maxAge = freshness == null ? null : freshness.maxAge();
        if (maxAge != null) {
            return Optional.of(start.plus(DurationText.parse(maxAge)));
        }
        Integer missedRuns = freshness == null ? null : freshness.missedRuns();
        String grace = freshness == null ? null : freshness.grace();
        return schedule(task)
                .flatMap(schedule -> slot(schedule, start, missedRuns == null ? DEFAULT_MISSED_RUNS : missedRuns))
                .map(slot -> slot.plus(DurationText.parse(grace == null ? DEFAULT_GRACE : grace)));
    }

    private static Optional<Instant> slot(Schedule schedule, Instant start, int number) {
        Optional<Instant> slot = Optional.of(start);
        for (int i = 0; i < number; i++) {
            slot = slot.flatMap(schedule::next);
        }
        return slot;
    }

    private static Optional<Schedule> schedule(CrmScheduledTask task) {
        return switch (ScheduleCompiler.compile(task)) {
            case CompiledSchedule compiled -> Optional.of(compiled.schedule());
            case Rejected _ -> Optional.empty();
        };
    }
}
