package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.api.v1alpha1.Run.Usage;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.PodTemplate;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the figures of a task from its status. A figure is null if the status has no value.
 *
 * @param labels the labels of every series of the task
 * @param runner the settings that the task does not have itself
 */
record TaskReading(CrmScheduledTask task, Labels labels, RunnerSettings runner, Instant now) {

    TaskReading(CrmScheduledTask task, RunnerSettings runner, Instant now) {
        this(
                task,
                Labels.of(
                        "namespace",
                        task.namespace(),
                        "name",
                        task.name(),
                        "task",
                        task.getSpec().task()),
                runner,
                now);
    }

    CrmScheduledTaskStatus status() {
        return task.reportedStatus();
    }

    boolean pausedWithAll() {
        Pause pause = status().pause();
        return pause != null && "Operator".equals(pause.source());
    }

    /** Returns null while the condition is Unknown. */
    @Nullable
    Double condition(String type) {
        String status =
                task.reportedStatus().condition(type).map(Condition::status).orElse("Unknown");
        return switch (status) {
            case "True" -> 1.0;
            case "False" -> 0.0;
            default -> null;
        };
    }

    @Nullable
    Double ofLastRun(Function<Run, @Nullable Double> figure) {
        Run run = status().lastRun();
        return run == null ? null : figure.apply(run);
    }

    @Nullable
    Double ofUsage(Function<Usage, Double> figure) {
        return ofLastRun(run -> run.usage() == null ? null : figure.apply(run.usage()));
    }

    /** Prometheus' library refuses a negative counter, and then no task has metrics. A status by hand can have one. */
    double counted(Function<Counters, Long> counter) {
        Counters counters = status().counters();
        return counters == null ? 0 : Math.max(0, counter.apply(counters));
    }

    @Nullable
    Double memoryLimit() {
        return PodTemplate.memoryLimit(task, runner)
                .map(limit -> limit.getNumericalAmount().doubleValue())
                .orElse(null);
    }

    double timeout() {
        return DurationText.parse(task.getSpec().timeout()).toSeconds();
    }

    /**
     * Returns the first scheduled time that is due and not counted, or else the next one of the status. The status can
     * already have a later time while the due time waits for its Job.
     */
    @Nullable
    Double nextRun() {
        return TimeText.parse(status().nextRunTime())
                .map(next -> due().orElse(next))
                .map(TaskReading::epochSeconds)
                .orElse(null);
    }

    /** Returns the first scheduled time that has come and is not counted yet. */
    private Optional<Instant> due() {
        return Optional.ofNullable(status().startsCountedUntil())
                .flatMap(until -> schedule().flatMap(schedule -> schedule.next(until)))
                .filter(time -> !time.isAfter(now));
    }

    /** Returns the seconds from the last scheduled time to the next, or between the next two if the last is unknown. */
    @Nullable
    Double gap() {
        Schedule schedule = schedule().orElse(null);
        Instant next = schedule == null ? null : schedule.next(now).orElse(null);
        if (schedule == null || next == null) {
            return null;
        }
        Instant last = status().lastScheduleTime();
        if (last != null && follows(schedule, last.minusSeconds(1), last) && follows(schedule, last, next)) {
            return seconds(last, next);
        }
        return schedule.next(next).map(after -> seconds(next, after)).orElse(null);
    }

    private Optional<Schedule> schedule() {
        return ScheduleCompiler.compiled(task, status());
    }

    /** Returns whether {@code time} is the next one. A last schedule time that the operator moved can have another. */
    private static boolean follows(Schedule schedule, Instant after, Instant time) {
        return schedule.next(after).filter(time::equals).isPresent();
    }

    /** Returns the seconds between the starts of the last two runs that no person requested. */
    @Nullable
    Double lastInterval() {
        List<Instant> starts = status().history().stream()
                .filter(entry -> !"Manual".equals(entry.trigger()))
                .flatMap(entry -> start(entry).stream())
                .limit(2)
                .toList();
        return starts.size() < 2 ? null : (Double) Math.max(0, seconds(starts.getLast(), starts.getFirst()));
    }

    private static Optional<Instant> start(RunEntry entry) {
        double seconds = Objects.requireNonNullElse(entry.durationSeconds(), 0.0);
        return Optional.ofNullable(entry.completionTime()).map(end -> end.minusMillis(Math.round(seconds * 1000)));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    static @Nullable Double epochSeconds(@Nullable Instant time) {
        return time == null ? null : (Double) (time.toEpochMilli() / 1000.0);
    }
}
