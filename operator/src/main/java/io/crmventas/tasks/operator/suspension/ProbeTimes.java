package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.Rejected;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When a task that paused itself tries again: after one gap of its schedule, then after twice as long each time. */
final class ProbeTimes {
    /** Unless the schedule itself is rarer. */
    private static final Duration LONGEST = Duration.ofHours(6);

    private static final int MOST_DOUBLINGS = 20;

    private ProbeTimes() {}

    /** @param probes that were made since the task paused itself */
    static Optional<Instant> next(CrmScheduledTask task, Instant after, int probes) {
        return gap(task, after).map(gap -> after.plus(grown(gap, probes)));
    }

    private static Duration grown(Duration gap, int probes) {
        Duration longest = gap.compareTo(LONGEST) > 0 ? gap : LONGEST;
        Duration grown = gap.multipliedBy(1L << Math.min(probes, MOST_DOUBLINGS));
        return grown.compareTo(longest) > 0 ? longest : grown;
    }

    /** Between the next two slots. */
    private static Optional<Duration> gap(CrmScheduledTask task, Instant after) {
        return switch (ScheduleCompiler.compile(task)) {
            case CompiledSchedule compiled -> gap(compiled.schedule(), after);
            case Rejected _ -> Optional.empty();
        };
    }

    private static Optional<Duration> gap(Schedule schedule, Instant after) {
        return schedule.next(after)
                .flatMap(first -> schedule.next(first).map(second -> Duration.between(first, second)));
    }
}
