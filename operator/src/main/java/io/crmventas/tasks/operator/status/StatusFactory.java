package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.Hindrance;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Running;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Leftover;
import io.crmventas.tasks.operator.status.Placement.Refused;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of a task. The same input gives the same status, and a status that is given back as {@code previous}
 * with nothing else changed is its own successor: what has not happened is not written.
 */
public final class StatusFactory {
    private StatusFactory() {}

    /**
     * @param runs all runs that Kubernetes still knows of, or that were seen since {@code previous} was written
     * @param now becomes the time of conditions that change
     */
    public static CrmScheduledTaskStatus next(
            CrmScheduledTask task,
            Placement placement,
            List<ObservedRun> runs,
            @Nullable CrmScheduledTaskStatus previous,
            Instant now) {
        Long generation = task.getMetadata().getGeneration();
        Tally tally = Tally.of(previous, runs);
        List<Running> active = active(runs);
        Conditions conditions = new Conditions(previous == null ? null : previous.conditions(), generation, now);
        ready(conditions, placement);
        suspended(conditions, placement);
        running(conditions, active);
        lastRunSucceeded(conditions, tally.lastRun());
        InPlace inPlace = placement instanceof InPlace place ? place : null;
        return new CrmScheduledTaskStatus(
                generation,
                conditions.list(),
                inPlace == null ? null : inPlace.schedule(),
                inPlace == null ? null : inPlace.timeZone(),
                cronJobName(placement),
                lastScheduleTime(placement, previous),
                inPlace == null || inPlace.suspension().suspends()
                        ? null
                        : inPlace.nextRun().map(Instant::toString).orElse(null),
                active.isEmpty()
                        ? null
                        : active.stream().map(run -> run.identity().jobName()).toList(),
                tally.lastRun(),
                tally.lastSuccessTime(),
                tally.lastFailureTime(),
                tally.consecutiveFailures(),
                previous == null ? null : previous.lastHandledRunRequest(),
                previous == null ? null : previous.counters(),
                previous == null ? null : previous.history(),
                previous == null ? null : previous.pause(),
                previous == null ? null : previous.preflight(),
                previous == null ? null : previous.breaker(),
                previous == null ? null : previous.slotsCountedUntil());
    }

    /** The same, saying that a run request was acted on. */
    public static CrmScheduledTaskStatus acknowledging(CrmScheduledTaskStatus status, String runRequest) {
        return status.withLastHandledRunRequest(runRequest);
    }

    private static List<Running> active(List<ObservedRun> runs) {
        return runs.stream()
                .filter(Running.class::isInstance)
                .map(Running.class::cast)
                .sorted(Comparator.comparing(run -> run.identity().jobName()))
                .toList();
    }

    private static void ready(Conditions conditions, Placement placement) {
        switch (placement) {
            case InPlace inPlace ->
                conditions.put(
                        Conditions.READY,
                        Conditions.TRUE,
                        Reason.SCHEDULED,
                        "CronJob " + inPlace.cronJobName() + " is in place.");
            case Refused refused ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        refused.reason(),
                        refused.reason().explain(refused.message()));
        }
    }

    private static void suspended(Conditions conditions, Placement placement) {
        switch (placement) {
            case InPlace inPlace -> {
                Placement.Suspension suspension = inPlace.suspension();
                conditions.put(
                        Conditions.SUSPENDED,
                        suspension.suspends() ? Conditions.TRUE : Conditions.FALSE,
                        suspension.reason(),
                        suspension.reason().explain(suspension.message()));
            }
            case Refused refused -> {
                boolean runs = refused.cronJob().filter(old -> !old.suspended()).isPresent();
                conditions.put(
                        Conditions.SUSPENDED,
                        runs ? Conditions.FALSE : Conditions.TRUE,
                        refused.reason(),
                        runs ? "The CronJob of the earlier spec goes on." : "No scheduled run starts.");
            }
        }
    }

    private static void running(Conditions conditions, List<Running> active) {
        if (active.isEmpty()) {
            conditions.put(Conditions.RUNNING, Conditions.FALSE, Reason.IDLE, "No run is active.");
            return;
        }
        Optional<Running> held =
                active.stream().filter(run -> run.hindrance().isPresent()).findFirst();
        Running shown = held.orElse(active.getFirst());
        Reason reason =
                shown.hindrance().map(Hindrance::why).map(RunRecords::reason).orElse(Reason.ACTIVE);
        String job = shown.identity().jobName();
        String message = shown.hindrance()
                .map(hindrance -> Held.message(conditions, job, hindrance))
                .orElse("Job " + job + " runs.");
        conditions.put(Conditions.RUNNING, Conditions.TRUE, reason, message);
    }

    private static void lastRunSucceeded(Conditions conditions, @Nullable Run lastRun) {
        RunResult result = lastRun == null ? null : RunResult.of(lastRun.result());
        Optional<Condition> before = conditions.previous(Conditions.LAST_RUN_SUCCEEDED);
        boolean idle = lastRun != null && result != null && (RunRecords.skipped(result) || RunRecords.dry(lastRun));
        if (lastRun == null || result == null || (idle && before.isEmpty())) {
            conditions.put(
                    Conditions.LAST_RUN_SUCCEEDED, Conditions.UNKNOWN, Reason.NO_RUN_YET, "No run has done work yet.");
        } else if (idle) {
            conditions.keep(before.get());
        } else {
            String status = result.success() ? Conditions.TRUE : Conditions.UNKNOWN;
            String reason = lastRun.reason() == null ? lastRun.result() : lastRun.reason();
            conditions.put(
                    Conditions.LAST_RUN_SUCCEEDED,
                    result.failure() ? Conditions.FALSE : status,
                    reason,
                    explain(lastRun));
        }
    }

    private static String explain(Run run) {
        String message = "Job " + run.jobName() + ": " + run.result() + ".";
        String detail = run.message() == null ? "" : " " + Held.sentence(run.message());
        return message + detail + (run.remedy() == null ? "" : " " + run.remedy());
    }

    private static @Nullable String cronJobName(Placement placement) {
        return switch (placement) {
            case InPlace inPlace -> inPlace.cronJobName();
            case Refused refused -> refused.cronJob().map(Leftover::name).orElse(null);
        };
    }

    private static @Nullable String lastScheduleTime(Placement placement, @Nullable CrmScheduledTaskStatus previous) {
        Optional<Instant> seen = switch (placement) {
            case InPlace inPlace -> inPlace.lastScheduleTime();
            case Refused refused -> refused.cronJob().flatMap(Leftover::lastScheduleTime);
        };
        return seen.map(Instant::toString).orElse(previous == null ? null : previous.lastScheduleTime());
    }
}
