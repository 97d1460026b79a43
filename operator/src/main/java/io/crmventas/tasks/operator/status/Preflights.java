package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Reported;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.CheckPlan.Checked;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides over the check of a task. What the status remembers and what Jobs exist is all it knows, so it goes on in the
 * same way after any crash: the name of a Job follows from what is checked and how often it was.
 */
public final class Preflights {
    private static final Duration FIRST_GAP = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 5;
    private static final Duration LONGEST_GAP = Duration.ofMinutes(10);

    private Preflights() {}

    /**
     * @param hash of what is to be checked
     * @param jobName of the check's n-th try, from 1
     * @param checks Jobs that exist, or were deleted a moment ago
     * @param edited whether the task is another since the previous status
     * @param repeat whether a check that did not pass is worth another try
     */
    public static Checked plan(
            String hash,
            IntFunction<String> jobName,
            List<ObservedRun> checks,
            @Nullable CrmScheduledTaskStatus previous,
            boolean edited,
            boolean repeat,
            Instant now) {
        Preflight before = previous == null ? null : previous.preflight();
        if (before == null || !before.specHash().equals(hash)) {
            String job = jobName.apply(1);
            return follow(
                    new Preflight(job, hash, null, null, null, null, 1, edited ? null : verdict(previous)), checks);
        }
        if (before.result() == null) {
            return follow(before, checks);
        }
        if (CheckPlan.is(before.result(), RunResult.SUCCEEDED)) {
            return Checked.of(before, Optional.empty(), Optional.empty());
        }
        return again(before, jobName.apply(before.attempts() + 1), checks, repeat, now);
    }

    /** The status tells the last try until the next one has ended: a repetition costs one write, not two. */
    private static Checked again(
            Preflight before, String nextJob, List<ObservedRun> checks, boolean repeat, Instant now) {
        if (!repeat) {
            return Checked.of(before, Optional.empty(), Optional.empty());
        }
        Instant due = due(before);
        if (now.isBefore(due)) {
            return Checked.of(before, Optional.empty(), Optional.of(due));
        }
        return find(nextJob, checks)
                .map(check -> check instanceof Finished finished
                        ? ended(numbered(before, nextJob), finished)
                        : new Checked(before, Optional.empty(), Optional.empty(), problem(check)))
                .orElseGet(() -> Checked.of(before, Optional.of(nextJob), Optional.empty()));
    }

    /** A Job that is not there is made, again if need be: somebody deleted it while nobody looked. */
    private static Checked follow(Preflight running, List<ObservedRun> checks) {
        return find(running.jobName(), checks)
                .map(check -> check instanceof Finished finished
                        ? ended(running, finished)
                        : new Checked(running, Optional.empty(), Optional.empty(), problem(check)))
                .orElseGet(() -> Checked.of(running, Optional.of(running.jobName()), Optional.empty()));
    }

    private static Checked ended(Preflight running, Finished check) {
        Run run = RunRecords.of(check);
        RunResult result = result(check);
        return known(
                running,
                result,
                result == RunResult.SUCCEEDED ? null : run.reason(),
                result == RunResult.SUCCEEDED ? warnings(run) : run.message(),
                check.completionTime());
    }

    /** Kubernetes would not even have the Job; that is not known to be the task's fault. */
    public static Checked refused(Checked plan, String job, String message, Instant now) {
        Preflight running = plan.known().jobName().equals(job) ? plan.known() : numbered(plan.known(), job);
        return known(running, RunResult.UNKNOWN, Reason.JOB_REJECTED.text(), message, now);
    }

    private static Checked known(
            Preflight running, RunResult result, @Nullable String reason, @Nullable String message, Instant end) {
        Preflight known = new Preflight(
                running.jobName(),
                running.specHash(),
                result.text(),
                reason,
                message,
                end.toString(),
                running.attempts(),
                result == RunResult.UNKNOWN ? running.verdict() : result.text());
        return Checked.of(
                known, Optional.empty(), result == RunResult.SUCCEEDED ? Optional.empty() : Optional.of(due(known)));
    }

    private static Preflight numbered(Preflight before, String job) {
        return new Preflight(job, before.specHash(), null, null, null, null, before.attempts() + 1, before.verdict());
    }

    /**
     * For a task that nobody edited, as when the operator brings another image: what held before goes on to hold. Who
     * has worked, has passed the best of checks.
     */
    private static @Nullable String verdict(@Nullable CrmScheduledTaskStatus previous) {
        if (previous == null) {
            return null;
        }
        Preflight before = previous.preflight();
        boolean worked = before == null && previous.lastSuccessTime() != null;
        return worked ? RunResult.SUCCEEDED.text() : before == null ? null : before.verdict();
    }

    private static RunResult result(Finished check) {
        if (!(check instanceof Reported reported)) {
            return RunResult.UNKNOWN;
        }
        RunResult result = reported.report().result();
        if (result.success()) {
            return RunResult.SUCCEEDED;
        }
        return result.failure() ? RunResult.FAILED : RunResult.UNKNOWN;
    }

    private static @Nullable String warnings(Run run) {
        return run.warnings() == null ? null : String.join(" ", run.warnings());
    }

    private static Optional<RunProblem> problem(ObservedRun check) {
        return check instanceof Running running ? running.problem() : Optional.empty();
    }

    private static Optional<ObservedRun> find(String job, List<ObservedRun> checks) {
        return checks.stream()
                .filter(check -> check.identity().jobName().equals(job))
                .findFirst();
    }

    private static Instant due(Preflight ended) {
        Duration gap = FIRST_GAP.multipliedBy(1L << Math.clamp(ended.attempts() - 1, 0, DOUBLINGS));
        return Instant.parse(String.valueOf(ended.completionTime()))
                .plus(gap.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : gap);
    }
}
