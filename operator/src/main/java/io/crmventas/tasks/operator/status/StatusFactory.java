package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.FreshPeriod;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Leftover;
import io.crmventas.tasks.operator.status.Placement.Refused;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status of a task. The same input gives the same status, and a status that is given back as {@code previous}
 * with nothing else changed is its own successor: what has not happened is not written.
 */
public final class StatusFactory {
    private StatusFactory() {}

    /** Of a task that nothing keeps from its schedule but what its CronJob says. */
    public static CrmScheduledTaskStatus next(
            CrmScheduledTask task,
            Placement placement,
            List<ObservedRun> runs,
            @Nullable CrmScheduledTaskStatus previous,
            Instant now) {
        Suspension suspension = placement instanceof InPlace place ? place.suspension() : Suspension.NONE;
        return next(task, placement, Halt.NONE.or(suspension), runs, Tally.of(task, previous, runs), previous, now);
    }

    /**
     * @param runs all runs that Kubernetes still knows of, or that were seen since {@code previous} was written
     * @param tally of these runs
     * @param now becomes the time of conditions that change
     */
    public static CrmScheduledTaskStatus next(
            CrmScheduledTask task,
            Placement placement,
            Halt halt,
            List<ObservedRun> runs,
            Tally tally,
            @Nullable CrmScheduledTaskStatus previous,
            Instant now) {
        Long generation = task.getMetadata().getGeneration();
        List<Running> active = active(runs);
        Conditions conditions = new Conditions(previous == null ? null : previous.conditions(), generation, now);
        ReadyCondition.tell(conditions, placement, active, tally.lastRun());
        ProgressConditions.tell(conditions);
        SuspendedCondition.tell(conditions, placement);
        RunningCondition.tell(conditions, active);
        LastRunSucceededCondition.tell(conditions, tally.lastRun());
        InPlace inPlace = placement instanceof InPlace place ? place : null;
        FreshPeriod fresh = FreshCondition.tell(
                conditions,
                task,
                halt.suspension(),
                tally.lastSuccessTime(),
                previous == null ? null : previous.freshPeriod(),
                now);
        CrmScheduledTaskStatus.Builder next =
                previous == null ? new CrmScheduledTaskStatus.Builder() : previous.toBuilder();
        return TaskStates.enter(next.observedGeneration(generation)
                .conditions(conditions.list())
                .schedule(inPlace == null ? null : inPlace.schedule())
                .timeZone(inPlace == null ? null : inPlace.timeZone())
                .cronJobName(cronJobName(placement))
                .lastScheduleTime(lastScheduleTime(runs, previous))
                .nextRunTime(inPlace == null ? null : nextRunTime(inPlace))
                .active(
                        active.isEmpty()
                                ? null
                                : active.stream()
                                        .map(run -> run.identity().jobName())
                                        .toList())
                .lastRun(tally.lastRun())
                .lastSuccessTime(tally.lastSuccessTime())
                .lastFailureTime(tally.lastFailureTime())
                .consecutiveFailures(halt.forgiven() ? 0 : tally.consecutiveFailures())
                .counters(tally.counters())
                .history(tally.history().isEmpty() ? null : tally.history())
                .pause(halt.pause().orElse(null))
                .breaker(halt.breaker().orElse(null))
                .freshPeriod(fresh)
                .build());
    }

    /** With the offset of the task's zone, so that a person reads the hour that the schedule names. */
    private static @Nullable String nextRunTime(InPlace inPlace) {
        return inPlace.suspension().suspends()
                ? null
                : inPlace.nextRun()
                        .map(time -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                time.atZone(ZoneId.of(inPlace.timeZone()))))
                        .orElse(null);
    }

    private static List<Running> active(List<ObservedRun> runs) {
        return runs.stream()
                .filter(Running.class::isInstance)
                .map(Running.class::cast)
                .sorted(Comparator.comparing(run -> run.identity().jobName()))
                .toList();
    }

    private static @Nullable String cronJobName(Placement placement) {
        return switch (placement) {
            case InPlace inPlace -> inPlace.cronJobName();
            case Refused refused -> refused.cronJob().map(Leftover::name).orElse(null);
        };
    }

    /** Of runs, not of the CronJob: there it may be what the operator lets Kubernetes count from. */
    private static @Nullable String lastScheduleTime(
            List<ObservedRun> runs, @Nullable CrmScheduledTaskStatus previous) {
        return Stream.concat(
                        runs.stream().flatMap(run -> run.identity().scheduledTime().stream()),
                        Optional.ofNullable(previous)
                                .map(CrmScheduledTaskStatus::lastScheduleTime)
                                .map(RunOrder::time)
                                .stream())
                .max(Comparator.naturalOrder())
                .map(Instant::toString)
                .orElse(null);
    }
}
