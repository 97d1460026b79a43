package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.PodTemplate;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.view.TaskRow;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a task from its status; null where the status does not say.
 *
 * @param runner the settings that the task does not have itself
 */
record TaskReading(TaskRow task, RunnerSettings runner, Instant now) {

    static double bit(boolean value) {
        return value ? 1 : 0;
    }

    /** Null while the condition is Unknown. */
    @Nullable
    Double condition(String type) {
        String status = task.condition(type).map(Condition::status).orElse("Unknown");
        return switch (status) {
            case "True" -> 1.0;
            case "False" -> 0.0;
            default -> null;
        };
    }

    @Nullable
    Double ofStatus(Function<CrmScheduledTaskStatus, @Nullable Double> figure) {
        CrmScheduledTaskStatus status = task.status();
        return status == null ? null : figure.apply(status);
    }

    @Nullable
    Double ofLastRun(Function<Run, @Nullable Double> figure) {
        Run run = task.lastRun();
        return run == null ? null : figure.apply(run);
    }

    @Nullable
    Double consecutiveFailures() {
        CrmScheduledTaskStatus status = task.status();
        Integer failures = status == null ? null : status.consecutiveFailures();
        return failures == null ? null : (Double) failures.doubleValue();
    }

    double counted(Function<Counters, Long> counter) {
        CrmScheduledTaskStatus status = task.status();
        Counters counters = status == null ? null : status.counters();
        return counters == null ? 0 : counter.apply(counters);
    }

    @Nullable
    Double memoryLimit() {
        return PodTemplate.memoryLimit(task.resource(), runner)
                .map(limit -> limit.getNumericalAmount().doubleValue())
                .orElse(null);
    }

    double timeout() {
        return DurationText.parse(PodTemplate.timeout(task.resource())).toSeconds();
    }

    /**
     * A status that was written while a scheduled time waited for its Job names the time after it, so the first time that is
     * due and not counted comes first.
     */
    @Nullable
    Double nextRun() {
        Instant next = instant(task.nextRun());
        Instant due = next == null ? null : due().orElse(next);
        return due == null ? null : (Double) (due.toEpochMilli() / 1000.0);
    }

    /** The first scheduled time that has come and is not counted yet. */
    private Optional<Instant> due() {
        CrmScheduledTaskStatus status = task.status();
        Instant until = status == null ? null : instant(status.startsCountedUntil());
        return until == null
                ? Optional.empty()
                : schedule().flatMap(schedule -> schedule.next(until)).filter(time -> !time.isAfter(now));
    }

    /** Seconds from the last scheduled time to the next one; between the next two where the last one is unknown. */
    @Nullable
    Double gap() {
        CrmScheduledTaskStatus status = task.status();
        Schedule schedule = schedule().orElse(null);
        Instant next = schedule == null ? null : schedule.next(now).orElse(null);
        if (status == null || schedule == null || next == null) {
            return null;
        }
        Instant last = instant(status.lastScheduleTime());
        if (last != null && follows(schedule, last.minusSeconds(1), last) && follows(schedule, last, next)) {
            return seconds(last, next);
        }
        Instant after = schedule.next(next).orElse(null);
        return after == null ? null : seconds(next, after);
    }

    /** The schedule of the CronJob; empty where the status has none that can be read. */
    private Optional<Schedule> schedule() {
        CrmScheduledTaskStatus status = task.status();
        return status == null || status.schedule() == null
                ? Optional.empty()
                : ScheduleCompiler.compiled(
                        task.namespace(),
                        task.name(),
                        status.schedule(),
                        Objects.requireNonNullElse(status.timeZone(), ScheduleCompiler.DEFAULT_TIME_ZONE));
    }

    /** The last schedule time of a CronJob need not be in its schedule, because the operator moves it. */
    private static boolean follows(Schedule schedule, Instant after, Instant time) {
        return schedule.next(after).filter(time::equals).isPresent();
    }

    /** Seconds from start to start of the last two runs that were not started by hand. */
    @Nullable
    Double lastInterval() {
        CrmScheduledTaskStatus status = task.status();
        List<RunEntry> history = status == null ? null : status.history();
        if (history == null) {
            return null;
        }
        List<Instant> starts = history.stream()
                .filter(entry -> !"Manual".equals(entry.trigger()))
                .map(TaskReading::start)
                .filter(Objects::nonNull)
                .limit(2)
                .toList();
        return starts.size() < 2 ? null : (Double) Math.max(0, seconds(starts.getLast(), starts.getFirst()));
    }

    private static @Nullable Instant start(RunEntry entry) {
        Instant end = instant(entry.completionTime());
        Double duration = entry.durationSeconds();
        return end == null ? null : end.minusMillis(duration == null ? 0 : Math.round(duration * 1000));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    /** A time of a status, which another client can have written. */
    static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }

    static @Nullable Double epochSeconds(@Nullable String text) {
        Instant time = instant(text);
        return time == null ? null : time.toEpochMilli() / 1000.0;
    }
}
