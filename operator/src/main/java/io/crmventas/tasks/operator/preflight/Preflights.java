package io.crmventas.tasks.operator.preflight;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.api.v1alpha1.PreflightBuilder;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Checked;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Unchecked;
import io.crmventas.tasks.operator.resources.PreflightJob;
import io.crmventas.tasks.operator.resources.RunMode;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.TaskRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides over the preflight of a task. It uses only the status and the existing Jobs, so it continues in the same way
 * after any crash. The name of a Job follows from what the preflight checks and from the number of attempts.
 *
 * @param hash the hash of everything that the preflight depends on
 * @param jobName the name of the Job of the n-th attempt, from 1
 */
public record Preflights(String hash, IntFunction<String> jobName, TaskRuns runs, Instant now) {
    private static final Duration FIRST_GAP = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 5;
    private static final Duration LONGEST_GAP = Duration.ofMinutes(10);

    public static PreflightPlan plan(
            CrmScheduledTask task, TaskRuns runs, CrmScheduledTaskStatus previous, OperatorConfig config, Instant now) {
        Optional<UnknownName> unknown = config.runner().catalog().unknownName(task);
        if (unknown.isPresent()) {
            return new Unchecked(
                    Reason.of(unknown.get().reason()), unknown.get().message());
        }
        if (!config.scheduling().preflight()) {
            return new Unchecked(Reason.NOT_CHECKED, "PREFLIGHT of the operator is false: no task is checked.");
        }
        if (RunMode.PREFLIGHT.arguments(task, config.runner()).isEmpty()) {
            return new Unchecked(
                    Reason.NOT_CHECKED,
                    "Task " + task.getSpec().task() + " has no check in the operator's catalog of extra tasks.");
        }
        String hash = PreflightJob.hash(task, config.runner());
        boolean enabled = config.scheduling().enabled() && task.getSpec().enabled();
        boolean edited = !task.getMetadata().getGeneration().equals(previous.observedGeneration());
        Checked plan = new Preflights(hash, attempt -> PreflightJob.name(task, hash, attempt), runs, now)
                .plan(previous, edited);
        if (enabled || plan.start().isEmpty()) {
            return plan;
        }
        return ended(previous)
                .<PreflightPlan>map(before -> Checked.plan(before, Optional.empty(), Optional.empty()))
                .orElseGet(() -> new Unchecked(
                        Reason.NOT_CHECKED, "The task is disabled. The operator checks it when it is enabled."));
    }

    /** Returns the preflight of the previous status, if it has a result. */
    public static Optional<Preflight> ended(CrmScheduledTaskStatus previous) {
        return Optional.ofNullable(previous.preflight()).filter(before -> before.result() != null);
    }

    /** @param edited whether the task's spec has changed since the previous status */
    Checked plan(CrmScheduledTaskStatus previous, boolean edited) {
        Preflight before = previous.preflight();
        if (before == null || !before.specHash().equals(hash)) {
            // A change can be undone while the failed Jobs from before the change still exist. Another client may have
            // fixed since then what they found.
            int attempt = before == null ? 1 : withoutStaleJob(1, Instant.MAX);
            Preflight first = PreflightBuilder.builder()
                    .jobName(jobName.apply(attempt))
                    .specHash(hash)
                    .attempts(attempt)
                    .verdict(edited ? null : verdict(previous))
                    .build();
            return follow(first, first);
        }
        if (before.result() == null) {
            return follow(before, before);
        }
        if (PreflightPlan.is(before.result(), RunResult.SUCCEEDED)) {
            return Checked.plan(before, Optional.empty(), Optional.empty());
        }
        return again(before);
    }

    /** The status shows the last attempt until the next one has ended, so that a repetition costs only one write. */
    private Checked again(Preflight before) {
        Instant due = due(before);
        Instant end = Objects.requireNonNullElse(before.completionTime(), Instant.EPOCH);
        if (now.isBefore(due) && runs.observed().stream().noneMatch(run -> succeededSince(end, run))) {
            return Checked.plan(before, Optional.empty(), Optional.of(due));
        }
        int attempt = withoutStaleJob(before.attempts() + 1, end);
        return follow(before, numbered(before, jobName.apply(attempt), attempt));
    }

    /** A run that succeeded after the preflight shows that its cause is probably fixed. */
    private static boolean succeededSince(Instant end, ObservedRun run) {
        return run instanceof Finished finished
                && finished.report().result().success()
                && finished.identity().startTime().filter(end::isBefore).isPresent();
    }

    /** Returns the first attempt from this one whose Job has not failed, or has ended after {@code before}. */
    private int withoutStaleJob(int attempt, Instant before) {
        String name = jobName.apply(attempt);
        boolean stale = runs.preflights().stream()
                .anyMatch(check -> check instanceof Finished ended
                        && ended.identity().jobName().equals(name)
                        && result(ended) != RunResult.SUCCEEDED
                        && ended.completionTime().isBefore(before));
        return stale ? withoutStaleJob(attempt + 1, before) : attempt;
    }

    /**
     * Plans to create a Job that does not exist, also when another client deleted it.
     *
     * @param shown the preflight that the status shows until the running one has ended
     */
    private Checked follow(Preflight shown, Preflight running) {
        return runs.preflights().stream()
                .filter(check -> check.identity().jobName().equals(running.jobName()))
                .findFirst()
                .map(check -> switch (check) {
                    case Finished finished -> ended(running, finished);
                    case Running active -> new Checked(shown, Optional.empty(), Optional.empty(), active.problem());
                })
                .orElseGet(() -> Checked.plan(shown, Optional.of(running.jobName()), Optional.empty()));
    }

    private static Checked ended(Preflight running, Finished check) {
        Run run = check.toRun();
        RunResult result = result(check);
        return known(
                running,
                result,
                result == RunResult.SUCCEEDED ? null : run.reason(),
                result == RunResult.SUCCEEDED ? warnings(run) : run.message(),
                check.completionTime());
    }

    /** Returns the plan after the API server refused the Job: the result stays unknown. */
    public static Checked refused(Checked plan, String job, String message, Instant now) {
        Preflight running = plan.known().jobName().equals(job)
                ? plan.known()
                : numbered(plan.known(), job, plan.known().attempts() + 1);
        return known(running, RunResult.UNKNOWN, Reason.JOB_REJECTED.text(), message, now);
    }

    private static Checked known(
            Preflight running, RunResult result, @Nullable String reason, @Nullable String message, Instant end) {
        Preflight known = PreflightBuilder.builder(running)
                .result(result.text())
                .reason(reason)
                .message(message)
                .completionTime(end.truncatedTo(ChronoUnit.SECONDS))
                .verdict(result == RunResult.UNKNOWN ? running.verdict() : result.text())
                .build();
        return Checked.plan(
                known, Optional.empty(), result == RunResult.SUCCEEDED ? Optional.empty() : Optional.of(due(known)));
    }

    private static Preflight numbered(Preflight before, String job, int attempt) {
        return PreflightBuilder.builder()
                .jobName(job)
                .specHash(before.specHash())
                .attempts(attempt)
                .verdict(before.verdict())
                .build();
    }

    /**
     * Keeps the last verdict if only the operator changed, for example its image. A task that has succeeded counts as
     * passed.
     */
    private static @Nullable String verdict(CrmScheduledTaskStatus previous) {
        if (previous.preflight() != null) {
            return previous.preflight().verdict();
        }
        return previous.lastSuccessTime() == null ? null : RunResult.SUCCEEDED.text();
    }

    private static RunResult result(Finished check) {
        RunResult result = check.report().result();
        if (result.success()) {
            return RunResult.SUCCEEDED;
        }
        return check.reported() && result.failure() ? RunResult.FAILED : RunResult.UNKNOWN;
    }

    private static @Nullable String warnings(Run run) {
        return run.warnings() == null ? null : String.join(" ", run.warnings());
    }

    /** Returns when a preflight that has not succeeded is due again. */
    static Instant due(Preflight ended) {
        Duration gap = FIRST_GAP.multipliedBy(1L << Math.clamp(ended.attempts() - 1, 0, DOUBLINGS));
        return Objects.requireNonNullElse(ended.completionTime(), Instant.EPOCH)
                .plus(gap.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : gap);
    }
}
