package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HeldRun;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.status.StatusFactory.PreflightFinding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets all conditions except Fresh, and the state that follows from them. Call the methods in their order here, because
 * later ones read the conditions of earlier ones.
 */
final class TaskConditions {
    private static final Set<RunResult> SKIPPED = Set.of(RunResult.SKIPPED_LOCKED, RunResult.SKIPPED_LATE);

    /** For any other reason the operator retries by itself, or the fault is outside of the resource. */
    private static final Set<Reason> PERSON_MUST_EDIT = Set.of(
            Reason.INVALID_SCHEDULE,
            Reason.NAME_CONFLICT,
            Reason.UNKNOWN_TASK,
            Reason.UNKNOWN_DATABASE,
            Reason.UNKNOWN_RUNNER_PROFILE,
            Reason.CRON_JOB_REJECTED);

    private final Conditions conditions;

    TaskConditions(Conditions conditions) {
        this.conditions = conditions;
    }

    /**
     * Sets Ready: the operator accepts the task, its CronJob is right, and Kubernetes creates its Jobs and pods. The
     * results of runs do not matter.
     *
     * @param active runs that have not ended
     * @param holding the scheduled run for whose end Kubernetes waits, long after its deadline
     * @param preflight the message of condition Preflight, for a person who reads only Ready
     */
    void ready(
            CronJobState cronJob,
            List<Running> active,
            Optional<Finished> holding,
            @Nullable Run lastRun,
            PreflightFinding preflight) {
        switch (cronJob) {
            case Refused refused -> notReady(refused.reason(), refused.reason().explain(refused.message()));
            case InPlace inPlace -> ready(inPlace, holding, refusedPod(active, lastRun), preflight);
        }
    }

    private void ready(
            InPlace inPlace, Optional<Finished> holding, Optional<String> refusedPod, PreflightFinding preflight) {
        Suspension suspension = inPlace.suspension();
        if (suspension.reason().ofPreflight()) {
            notReady(suspension.reason(), preflight.message());
        } else if (inPlace.refusal().isPresent()) {
            RunProblem problem = inPlace.refusal().get();
            notReady(problem.reason(), problem.reason().explain(problem.detail()));
        } else if (holding.isPresent() && !suspension.suspends()) {
            String job = holding.get().identity().jobName();
            String detail = holding.get().report().message();
            notReady(
                    Reason.NOT_ENDED,
                    Reason.NOT_ENDED.explain(
                            "Kubernetes starts no scheduled run before Job " + job + " ends. " + detail, job));
        } else if (refusedPod.isPresent() && !suspension.suspends()) {
            notReady(Reason.NO_POD, refusedPod.get());
        } else {
            String message = "CronJob " + inPlace.cronJobName() + " is in place.";
            conditions.put(Conditions.READY, Conditions.TRUE, Reason.SCHEDULED, message);
        }
    }

    private void notReady(Reason reason, String message) {
        conditions.put(Conditions.READY, Conditions.FALSE, reason, message);
    }

    /** Returns why the active run, or else the last run, got no pod; empty after another run has one. */
    private static Optional<String> refusedPod(List<Running> active, @Nullable Run lastRun) {
        if (active.stream().anyMatch(Running::podSeen)) {
            return Optional.empty();
        }
        return active.stream()
                .flatMap(run -> run.problem().stream()
                        .filter(problem -> problem.reason() == Reason.NO_POD)
                        .map(problem -> refusedPod(run.identity().jobName(), problem.detail())))
                .findFirst()
                .or(() -> Optional.ofNullable(lastRun)
                        .filter(run -> Reason.NO_POD.text().equals(run.reason()))
                        .map(run -> refusedPod(run.jobName(), String.valueOf(run.message()))));
    }

    private static String refusedPod(String job, String detail) {
        return Reason.NO_POD.explain("Job " + job + ": " + detail, job);
    }

    /**
     * Sets Reconciling and Stalled by the conventions of kstatus: each exists only while it is True. Stalled ends the
     * wait of a tool that installs the task, so it means only that a person must edit this resource.
     *
     * @param failedCalls one sentence for each API call that failed in this reconcile
     */
    void progress(List<String> failedCalls) {
        Optional<Condition> ready = current(Conditions.READY, Conditions.FALSE);
        Reason reason = ready.map(condition -> Reason.of(condition.reason())).orElse(Reason.OTHER);
        String message = ready.map(Condition::message).orElse("");
        if (PERSON_MUST_EDIT.contains(reason)) {
            conditions.put(Conditions.STALLED, Conditions.TRUE, reason, message);
        }
        if (!failedCalls.isEmpty()) {
            String calls = Reason.API_ERROR.explain(String.join(" ", failedCalls));
            conditions.put(Conditions.RECONCILING, Conditions.TRUE, Reason.API_ERROR, calls);
        } else if (reason == Reason.AWAITING_DELETION || reason == Reason.PREFLIGHT_PENDING) {
            conditions.put(Conditions.RECONCILING, Conditions.TRUE, reason, message);
        }
    }

    /** Sets Suspended: no scheduled run starts. Active runs and runs on request continue. */
    void suspended(CronJobState cronJob) {
        switch (cronJob) {
            case InPlace inPlace -> {
                Suspension suspension = inPlace.suspension();
                conditions.put(
                        Conditions.SUSPENDED,
                        suspension.suspends() ? Conditions.TRUE : Conditions.FALSE,
                        suspension.reason(),
                        suspension.explained());
            }
            case Refused refused -> {
                boolean runs = refused.cronJob().filter(old -> !old.suspended()).isPresent();
                conditions.put(
                        Conditions.SUSPENDED,
                        runs ? Conditions.FALSE : Conditions.TRUE,
                        refused.reason(),
                        runs ? "The CronJob of the earlier spec still starts runs." : "No scheduled run starts.");
            }
        }
    }

    /** Sets Running: a run is active. The message names what blocks the run, if anything does. */
    void running(List<Running> active, @Nullable HeldRun held) {
        if (active.isEmpty()) {
            conditions.put(Conditions.RUNNING, Conditions.FALSE, Reason.IDLE, "No run is active.");
        } else if (held == null) {
            conditions.put(
                    Conditions.RUNNING,
                    Conditions.TRUE,
                    Reason.ACTIVE,
                    "Job " + active.getFirst().identity().jobName() + " runs.");
        } else {
            Reason reason = Reason.of(held.reason());
            conditions.put(
                    Conditions.RUNNING,
                    Conditions.TRUE,
                    reason,
                    reason.explain("Job " + held.jobName() + " does not continue. " + held.detail(), held.jobName()));
        }
    }

    /** Sets LastRunSucceeded from the last run that did any work. The value stays while the next run is active. */
    void lastRunSucceeded(@Nullable Run lastRun) {
        RunResult result = lastRun == null ? null : RunResult.of(lastRun.result());
        Optional<Condition> before = conditions.previous(Conditions.LAST_RUN_SUCCEEDED);
        boolean idle = result != null && SKIPPED.contains(result);
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
        String detail = run.message() == null ? "" : " " + Reason.sentence(run.message());
        return message + detail + (run.remedy() == null ? "" : " " + run.remedy());
    }

    /** The word of column STATE and the word of column REASON. */
    record Shown(TaskState state, String reason) {}

    /**
     * A state in which no scheduled run starts comes first, so that Scheduled and Running promise the next run. In
     * Disabled, Paused or Stale the reason would only repeat the state. If the last run failed, column REASON then
     * shows the reason of that failure.
     */
    Shown shown() {
        Optional<String> failure =
                current(Conditions.LAST_RUN_SUCCEEDED, Conditions.FALSE).map(Condition::reason);
        Shown shown = stopped()
                .or(this::obstructed)
                .or(this::active)
                .or(this::stale)
                .or(() -> failure.map(reason -> new Shown(TaskState.FAILING, reason)))
                .orElseGet(() -> new Shown(TaskState.SCHEDULED, Reason.SCHEDULED.text()));
        return shown.reason().equals(shown.state().text())
                ? new Shown(shown.state(), failure.orElse(shown.reason()))
                : shown;
    }

    /** Returns the state of a task that a person, the breaker or the preflight suspends. */
    private Optional<Shown> stopped() {
        Optional<Condition> suspended = current(Conditions.SUSPENDED, Conditions.TRUE);
        return suspended.flatMap(condition -> switch (Reason.of(condition.reason())) {
            case DISABLED, GLOBALLY_DISABLED -> Optional.of(new Shown(TaskState.DISABLED, condition.reason()));
            case PAUSED, GLOBALLY_PAUSED, BREAKER_OPEN -> Optional.of(new Shown(TaskState.PAUSED, condition.reason()));
            case PREFLIGHT_PENDING, PREFLIGHT_FAILED ->
                Optional.of(new Shown(
                        TaskState.WAITING,
                        conditions
                                .current(Conditions.PREFLIGHT)
                                .map(Condition::reason)
                                .orElse(condition.reason())));
            default -> Optional.empty();
        });
    }

    private Optional<Shown> obstructed() {
        return current(Conditions.READY, Conditions.FALSE)
                .map(ready -> new Shown(
                        Reason.AWAITING_DELETION.text().equals(ready.reason()) ? TaskState.WAITING : TaskState.STALLED,
                        ready.reason()));
    }

    private Optional<Shown> active() {
        return current(Conditions.RUNNING, Conditions.TRUE)
                .map(running -> new Shown(
                        switch (Reason.of(running.reason())) {
                            case ACTIVE -> TaskState.RUNNING;
                            case QUEUED -> TaskState.WAITING;
                            default -> TaskState.STALLED;
                        },
                        running.reason()));
    }

    /** Returns Stale even when the last run failed, because a CRM without any success is the larger problem. */
    private Optional<Shown> stale() {
        return current(Conditions.FRESH, Conditions.FALSE).map(stale -> new Shown(TaskState.STALE, stale.reason()));
    }

    private Optional<Condition> current(String type, String status) {
        return conditions.current(type).filter(condition -> condition.status().equals(status));
    }
}
