package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.schedule.cron.CronExpression;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Reads schedules as the CronJob controller does. It has no grid and counts each {@code @every} from the run before. */
final class KubernetesSchedules {
    private KubernetesSchedules() {}

    static Schedule read(String text) {
        return read(text, ZoneOffset.UTC);
    }

    static Schedule read(String text, ZoneId zone) {
        String every = "@every ";
        return text.startsWith(every)
                ? new Every(Duration.parse("PT" + text.substring(every.length())))
                : new Schedule.Cron(CronExpression.parse(text), zone);
    }

    /** Returns the schedule of task crm/task whose status has these texts. */
    static Optional<Schedule> ofStatus(String schedule, String timeZone) {
        return ScheduleCompiler.compiled(
                TestTasks.task("crm", "task", "{task: cleanup}"),
                CrmScheduledTaskStatus.EMPTY.toBuilder()
                        .schedule(schedule)
                        .timeZone(timeZone)
                        .build());
    }

    private record Every(Duration interval) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(after.plus(interval).truncatedTo(ChronoUnit.SECONDS));
        }
    }
}
