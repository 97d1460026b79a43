package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.FreshPeriod;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HeldRun;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Leftover;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the next status of a task in one pass from what a reconcile observed. The same facts give the same status, and a
 * status that comes back as {@code previous} with the same facts is its own successor: what did not happen is not written.
 */
public final class StatusFactory {
    static final int MOST_REQUESTS = 20;

    private final CrmScheduledTask task;
    private final @Nullable CrmScheduledTaskStatus previous;
    private final Instant now;
    private @Nullable CronJobState cronJob;
    private @Nullable SuspensionDecision suspension;
    private List<ObservedRun> runs = List.of();
    private @Nullable RunStatistics statistics;
    private @Nullable PreflightFinding preflight;
    private @Nullable Account starts;
    private List<HandledRequest> requests = List.of();
    private List<String> failedCalls = List.of();

    /** @param now becomes the time of conditions that change */
    public StatusFactory(CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        this.task = task;
        this.previous = previous;
        this.now = now;
    }

    /**
     * Condition Preflight.
     *
     * @param preflight the form that {@code status.preflight} shows; null if there is nothing to check
     */
    public record PreflightFinding(
            String conditionStatus,
            String reason,
            String message,
            @Nullable Preflight preflight) {}

    public StatusFactory cronJob(CronJobState value) {
        cronJob = value;
        return this;
    }

    public StatusFactory suspension(SuspensionDecision value) {
        suspension = value;
        return this;
    }

    /** @param observed all runs that Kubernetes still holds, or that were deleted since {@code previous} was written */
    public StatusFactory runs(List<ObservedRun> observed, RunStatistics counted) {
        runs = observed;
        statistics = counted;
        return this;
    }

    public StatusFactory preflight(PreflightFinding value) {
        preflight = value;
        return this;
    }

    /** @param counted scheduled times that passed since the previous status and started no run */
    public StatusFactory starts(Account counted) {
        starts = counted;
        return this;
    }

    /** @param handled requests for a run that this reconcile acted on, or that it found in the list again */
    public StatusFactory requests(List<HandledRequest> handled) {
        requests = handled;
        return this;
    }

    /** @param sentences one for each API call that failed */
    public StatusFactory failedCalls(List<String> sentences) {
        failedCalls = sentences;
        return this;
    }

    public CrmScheduledTaskStatus create() {
        CronJobState state = Objects.requireNonNull(cronJob, "cronJob");
        SuspensionDecision decision = Objects.requireNonNull(suspension, "suspension");
        RunStatistics counted = Objects.requireNonNull(statistics, "statistics");
        List<Running> active = active(counted.lastRun());
        HeldRun held = held(active);

        Long generation = task.getMetadata().getGeneration();
        Conditions conditions = new Conditions(previous == null ? null : previous.conditions(), generation, now);
        TaskConditions rules = new TaskConditions(conditions);
        rules.ready(state, active, counted.lastRun(), preflight);
        rules.progress(failedCalls);
        rules.suspended(state);
        rules.running(active, held);
        rules.lastRunSucceeded(counted.lastRun());
        FreshPeriod fresh = FreshCondition.put(
                conditions,
                task,
                decision.suspension(),
                counted.lastSuccessTime(),
                previous == null ? null : previous.freshPeriod(),
                now);
        if (preflight != null) {
            conditions.put(Conditions.PREFLIGHT, preflight.conditionStatus(), preflight.reason(), preflight.message());
        }
        TaskConditions.Shown shown = rules.shown();
        InPlace inPlace = state instanceof InPlace place ? place : null;

        CrmScheduledTaskStatus.Builder next =
                previous == null ? new CrmScheduledTaskStatus.Builder() : previous.toBuilder();
        next.observedGeneration(generation)
                .state(shown.state())
                .stateReason(shown.reason())
                .conditions(conditions.list())
                .schedule(inPlace == null ? null : inPlace.schedule())
                .timeZone(inPlace == null ? null : inPlace.timeZone())
                .cronJobName(cronJobName(state))
                .lastScheduleTime(lastScheduleTime())
                .nextRunTime(inPlace == null ? null : nextRunTime(inPlace))
                .active(jobNames(active))
                .heldRun(held)
                .lastRun(counted.lastRun())
                .lastSuccessTime(counted.lastSuccessTime())
                .lastFailureTime(counted.lastFailureTime())
                .consecutiveFailures(breakerCloses(decision) ? 0 : counted.consecutiveFailures())
                .counters(counted.counters())
                .history(counted.history().isEmpty() ? null : counted.history())
                .pause(decision.pause().orElse(null))
                .preflight(preflight == null ? null : preflight.preflight())
                .breaker(decision.breaker().orElse(null))
                .freshPeriod(fresh);
        if (starts != null) {
            next.counters(counted.counters().plusStarts(starts.missed(), starts.skipped()))
                    .startsCountedUntil(
                            starts.until().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        addRequests(next);
        return next.build();
    }

    /** A breaker that closes forgives the failures before. */
    private boolean breakerCloses(SuspensionDecision decision) {
        return previous != null
                && previous.breaker() != null
                && decision.breaker().isEmpty();
    }

    /**
     * Without a run that has ended: its Job and its pod can be deleted at once, and then their watches disagree for a moment
     * about a run that the status holds already.
     */
    private List<Running> active(@Nullable Run last) {
        String ended = last == null ? null : last.jobUid();
        return runs.stream()
                .filter(Running.class::isInstance)
                .map(Running.class::cast)
                .filter(run -> ended == null
                        || !run.ending()
                        || !ended.equals(run.identity().jobUid()))
                .sorted(Comparator.comparing(run -> run.identity().jobName()))
                .toList();
    }

    private static @Nullable List<String> jobNames(List<Running> active) {
        return active.isEmpty()
                ? null
                : active.stream().map(run -> run.identity().jobName()).toList();
    }

    /**
     * Why an active run does not continue. The status keeps it: when a deadline ends a pod that never started, the kubelet
     * removes the cause. Kubernetes changes the words of one cause back and forth (ErrImagePull, ImagePullBackOff), so the
     * first words stay. Why there is no pod is known only after the operator asked the API server, so there the last stay.
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
        HeldRun before = previous == null ? null : previous.heldRun();
        boolean same = before != null
                && before.jobName().equals(now.jobName())
                && before.reason().equals(now.reason())
                && problem.reason() != Reason.NO_POD;
        return same ? before : now;
    }

    private static @Nullable String cronJobName(CronJobState cronJob) {
        return switch (cronJob) {
            case InPlace inPlace -> inPlace.cronJobName();
            case Refused refused -> refused.cronJob().map(Leftover::name).orElse(null);
        };
    }

    /** Of runs, not of the CronJob: there the operator moves it, so that Kubernetes counts from another time. */
    private @Nullable String lastScheduleTime() {
        return Stream.concat(
                        runs.stream().flatMap(run -> run.identity().scheduledTime().stream()),
                        Optional.ofNullable(previous)
                                .map(CrmScheduledTaskStatus::lastScheduleTime)
                                .flatMap(TimeText::parse)
                                .stream())
                .max(Comparator.naturalOrder())
                .map(Instant::toString)
                .orElse(null);
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

    /** The newest first; the operator acts on none of them again. */
    private void addRequests(CrmScheduledTaskStatus.Builder next) {
        List<HandledRequest> list =
                previous == null || previous.runRequests() == null ? List.of() : previous.runRequests();
        for (HandledRequest request : requests) {
            boolean dryRun = Boolean.TRUE.equals(request.dryRun());
            if (dryRun) {
                next.lastHandledDryRunRequest(request.token());
            } else {
                next.lastHandledRunRequest(request.token());
            }
            if (previous == null
                    || previous.handledRequest(request.token(), dryRun).isEmpty()) {
                list = Stream.concat(Stream.of(cut(request)), list.stream())
                        .limit(MOST_REQUESTS)
                        .toList();
            }
        }
        if (!requests.isEmpty()) {
            next.runRequests(list);
        }
    }

    /** The status has a limit of its size, whatever people write. */
    private static HandledRequest cut(HandledRequest request) {
        String message = request.message();
        return new HandledRequest(
                RunReportCodec.cut(request.token(), HandledRequest.LONGEST_TOKEN),
                request.handledTime(),
                request.dryRun(),
                request.jobName(),
                request.reason(),
                message == null ? null : RunReportCodec.cut(message, Conditions.LONGEST_MESSAGE));
    }
}
