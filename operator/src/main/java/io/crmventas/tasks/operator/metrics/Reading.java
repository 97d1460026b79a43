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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a task out of its status; null where there is nothing to tell.
 *
 * @param runner what the task does not say itself
 */
record Reading(TaskRow task, RunnerSettings runner, Instant now) {

    static double bit(boolean value) {
        return value ? 1 : 0;
    }

    /** Null while nobody knows. */
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

    /** A status that is written anew while a slot waits for its Job names the one after it. */
    @Nullable
    Double nextRun() {
        Instant next = Times.instant(task.nextRun());
        Instant due = next == null ? null : due().orElse(next);
        return due == null ? null : (Double) (due.toEpochMilli() / 1000.0);
    }

    /** The first slot that has come and is not accounted for. */
    private Optional<Instant> due() {
        CrmScheduledTaskStatus status = task.status();
        Instant until = status == null ? null : Times.instant(status.slotsCountedUntil());
        return until == null
                ? Optional.empty()
                : schedule().flatMap(schedule -> schedule.next(until)).filter(slot -> !slot.isAfter(now));
    }

    /** From the start that was due before the next one to the next one; between the next two where that is unknown. */
    @Nullable
    Double gap() {
        CrmScheduledTaskStatus status = task.status();
        Schedule schedule = schedule().orElse(null);
        Instant next = schedule == null ? null : schedule.next(now).orElse(null);
        if (status == null || schedule == null || next == null) {
            return null;
        }
        Instant last = Times.instant(status.lastScheduleTime());
        if (last != null && follows(schedule, last.minusSeconds(1), last) && follows(schedule, last, next)) {
            return seconds(last, next);
        }
        Instant after = schedule.next(next).orElse(null);
        return after == null ? null : seconds(next, after);
    }

    /** Of the CronJob; empty where the status tells of none that can be read. */
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

    /** What the CronJob counts from need not be a slot: the operator moves it, too. */
    private static boolean follows(Schedule schedule, Instant after, Instant slot) {
        return schedule.next(after).filter(slot::equals).isPresent();
    }

    /** From start to start of the last two runs that the operator's schedule brought about. */
    @Nullable
    Double lastInterval() {
        CrmScheduledTaskStatus status = task.status();
        List<RunEntry> history = status == null ? null : status.history();
        if (history == null) {
            return null;
        }
        List<Instant> starts = history.stream()
                .filter(entry -> !"Manual".equals(entry.trigger()))
                .map(Reading::start)
                .filter(Objects::nonNull)
                .limit(2)
                .toList();
        return starts.size() < 2 ? null : (Double) Math.max(0, seconds(starts.getLast(), starts.getFirst()));
    }

    private static @Nullable Instant start(RunEntry entry) {
        Instant end = Times.instant(entry.completionTime());
        Double duration = entry.durationSeconds();
        return end == null ? null : end.minusMillis(duration == null ? 0 : Math.round(duration * 1000));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
