package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.FreshPeriod;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HeldRun;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatusBuilder;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Leftover;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the next status of a task in one pass from what a reconcile observed. The same facts give the same status. If
 * no fact changes, the next status equals {@code previous}, and the operator writes nothing.
 *
 * @param now the time of conditions that change
 * @param runs all runs that Kubernetes still holds, or that were deleted since {@code previous} was written
 * @param starts scheduled times that passed since the previous status and started no run
 * @param requests the requests for a run that this reconcile handled, or that the list already holds
 * @param failedCalls one sentence for each API call that failed
 */
@RecordBuilder
public record StatusFactory(
        CrmScheduledTask task,
        CrmScheduledTaskStatus previous,
        Instant now,
        CronJobState cronJob,
        SuspensionDecision suspension,
        List<ObservedRun> runs,
        RunStatistics statistics,
        PreflightFinding preflight,
        Account starts,
        List<HandledRequest> requests,
        List<String> failedCalls) {
    static final int MOST_REQUESTS = 20;

    /**
     * The content of condition Preflight.
     *
     * @param preflight the form that {@code status.preflight} shows; null if there is nothing to check
     */
    public record PreflightFinding(
            String conditionStatus,
            String reason,
            String message,
            @Nullable Preflight preflight) {}

    public CrmScheduledTaskStatus create() {
        List<Running> active = active();
        HeldRun held = held(active);

        Long generation = task.getMetadata().getGeneration();
        Conditions conditions = new Conditions(previous.conditions(), generation, now);
        TaskConditions rules = new TaskConditions(conditions);
        CrmScheduledTaskStatus counted = statistics.counted();
        rules.ready(cronJob, active, holding(), counted.lastRun(), preflight);
        rules.progress(failedCalls);
        rules.suspended(cronJob);
        rules.running(active, held);
        rules.lastRunSucceeded(counted.lastRun());
        FreshPeriod fresh = FreshCondition.put(conditions, task, suspension.suspension(), counted, now);
        conditions.put(Conditions.PREFLIGHT, preflight.conditionStatus(), preflight.reason(), preflight.message());
        TaskConditions.Shown shown = rules.shown();
        InPlace inPlace = cronJob instanceof InPlace place ? place : null;

        CrmScheduledTaskStatusBuilder next = counted.toBuilder();
        next.observedGeneration(generation)
                .state(shown.state())
                .stateReason(shown.reason())
                .conditions(conditions.list())
                .schedule(inPlace == null ? null : inPlace.schedule())
                .timeZone(inPlace == null ? null : inPlace.timeZone())
                .cronJobName(cronJobName())
                .lastScheduleTime(lastScheduleTime())
                .nextRunTime(inPlace == null ? null : nextRunTime(inPlace))
                .active(active.stream().map(run -> run.identity().jobName()).toList())
                .heldRun(held)
                .consecutiveFailures(breakerCloses() ? 0 : statistics.consecutiveFailures())
                .counters(Objects.requireNonNullElse(counted.counters(), Counters.ZERO)
                        .plusStarts(starts.missed(), starts.skipped()))
                .startsCountedUntil(starts.until().truncatedTo(ChronoUnit.SECONDS))
                .pause(suspension.pause().orElse(null))
                .preflight(preflight.preflight())
                .breaker(suspension.breaker().orElse(null))
                .freshPeriod(fresh);
        addRequests(next);
        return next.build();
    }

    /** When the breaker closes, the count of failures in a row starts again. */
    private boolean breakerCloses() {
        return previous.breaker() != null && suspension.breaker().isEmpty();
    }

    /**
     * Leaves out a run that has ended. If its Job and its pod are deleted at once, their watches disagree for a moment
     * about a run that the status holds already.
     */
    private List<Running> active() {
        Set<String> ended = Stream.of(
                        statistics.counted().lastRun(), statistics.counted().lastDryRun())
                .flatMap(run -> run == null ? Stream.empty() : Stream.ofNullable(run.jobUid()))
                .collect(Collectors.toSet());
        return runs.stream()
                .filter(Running.class::isInstance)
                .map(Running.class::cast)
                .filter(run -> !run.ending()
                        || !ended.contains(String.valueOf(run.identity().jobUid())))
                .sorted(Comparator.comparing(run -> run.identity().jobName()))
                .toList();
    }

    /** Returns the scheduled run that has not ended long after its deadline, if Kubernetes waits for its end. */
    private Optional<Finished> holding() {
        return runs.stream()
                .filter(_ -> task.getSpec().overlap() != Overlap.REPLACE)
                .filter(Finished.class::isInstance)
                .map(Finished.class::cast)
                .filter(run -> run.identity().trigger().scheduled()
                        && Reason.NOT_ENDED.text().equals(run.report().reason()))
                .findFirst();
    }

    /**
     * Explains why an active run does not continue. The status keeps the cause, because the kubelet removes it when a
     * deadline ends a pod that never started. Kubernetes alternates between texts (ErrImagePull, ImagePullBackOff), so
     * the first one stays. For a missing pod the last one stays, because the API server's answer comes later. The Event
     * of a pod that does not start comes later too, and is added to the first text.
     */
    private @Nullable HeldRun held(List<Running> active) {
        Running run = active.stream()
                .filter(running -> running.problem().isPresent())
                .findFirst()
                .orElse(null);
        if (run == null) {
            return null;
        }
        RunProblem problem = run.problem().orElseThrow();
        HeldRun now = new HeldRun(run.identity().jobName(), problem.reason().text(), problem.detail());
        HeldRun before = previous.heldRun();
        boolean same = before != null
                && before.jobName().equals(now.jobName())
                && before.reason().equals(now.reason())
                && problem.reason() != Reason.NO_POD
                && !now.detail().startsWith(before.detail());
        return same ? before : now;
    }

    private @Nullable String cronJobName() {
        return switch (cronJob) {
            case InPlace inPlace -> inPlace.cronJobName();
            case Refused refused -> refused.cronJob().map(Leftover::name).orElse(null);
        };
    }

    /** Returns the newest scheduled time of all runs. The CronJob's field differs, because the operator moves it. */
    private @Nullable Instant lastScheduleTime() {
        return Stream.concat(
                        runs.stream().flatMap(run -> run.identity().scheduledTime().stream()),
                        Stream.ofNullable(previous.lastScheduleTime()))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Writes the offset of the task's zone, so that a person reads the hour that the schedule names. */
    private static @Nullable String nextRunTime(InPlace inPlace) {
        return inPlace.suspension().suspends()
                ? null
                : inPlace.nextRun()
                        .map(time -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                time.atZone(ZoneId.of(inPlace.timeZone()))))
                        .orElse(null);
    }

    /** Adds the handled requests, the newest first. The operator handles none of them again. */
    private void addRequests(CrmScheduledTaskStatusBuilder next) {
        List<HandledRequest> list = previous.runRequests();
        for (HandledRequest request : requests) {
            boolean dryRun = Boolean.TRUE.equals(request.dryRun());
            if (dryRun) {
                next.lastHandledDryRunRequest(request.token());
            } else {
                next.lastHandledRunRequest(request.token());
            }
            if (previous.handledRequest(request.token(), dryRun).isEmpty()) {
                list = Stream.concat(Stream.of(cut(request)), list.stream())
                        .limit(MOST_REQUESTS)
                        .toList();
            }
        }
        next.runRequests(list);
    }

    /** Cuts the token, because the size of a status has a limit. */
    private static HandledRequest cut(HandledRequest request) {
        return new HandledRequest(
                RunReportCodec.cut(request.token(), HandledRequest.LONGEST_TOKEN),
                request.handledTime(),
                request.dryRun(),
                request.jobName(),
                request.reason(),
                request.message());
    }
}
