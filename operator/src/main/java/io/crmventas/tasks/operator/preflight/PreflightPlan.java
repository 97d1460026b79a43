package io.crmventas.tasks.operator.preflight;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.Conditions;
import io.crmventas.tasks.operator.status.StatusFactory.PreflightFinding;
import io.crmventas.tasks.operator.status.Suspension;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds what the operator knows of a task's preflight, and what follows from it. */
public sealed interface PreflightPlan {
    /** Returns why scheduled runs must wait; NONE if they need not wait. */
    default Suspension suspension() {
        return Suspension.NONE;
    }

    /** Returns when the operator looks again if no event comes. */
    default Optional<Instant> due() {
        return Optional.empty();
    }

    PreflightFinding finding(CrmScheduledTaskStatus previous);

    /**
     * Returns when the preflight began that lets scheduled runs resume now. The operator does not lose a scheduled time
     * that waited for this preflight.
     *
     * @param jobs preflight Jobs that exist, or were deleted a moment ago
     */
    default Optional<Instant> releasedFrom(CrmScheduledTaskStatus previous, List<ObservedRun> jobs) {
        return Optional.empty();
    }

    /**
     * There is nothing to check.
     *
     * @param why the cause as a sentence
     */
    record Unchecked(Reason reason, String why) implements PreflightPlan {
        @Override
        public PreflightFinding finding(CrmScheduledTaskStatus previous) {
            return new PreflightFinding(Conditions.UNKNOWN, reason.text(), why, null);
        }
    }

    /**
     * @param known the form that the status shows
     * @param start the name of the Job that the operator must create now
     * @param problem why the existing Job does not continue, for example because a quota refuses its pod
     */
    record Checked(Preflight known, Optional<String> start, Optional<Instant> due, Optional<RunProblem> problem)
            implements PreflightPlan {
        public static Checked plan(Preflight known, Optional<String> start, Optional<Instant> due) {
            return new Checked(known, start, due, Optional.empty());
        }

        /** A failed preflight suspends the task. An unknown result suspends it only if there is no earlier verdict. */
        @Override
        public Suspension suspension() {
            if (is(known.result(), RunResult.FAILED)) {
                return Suspension.PREFLIGHT_FAILED;
            }
            return is(known.verdict(), RunResult.SUCCEEDED) ? Suspension.NONE : Suspension.PREFLIGHT_PENDING;
        }

        @Override
        public Optional<Instant> releasedFrom(CrmScheduledTaskStatus previous, List<ObservedRun> jobs) {
            boolean waited = previous.condition(Conditions.SUSPENDED)
                    .map(suspended -> Reason.of(suspended.reason()))
                    .filter(Reason::ofPreflight)
                    .isPresent();
            return waited && !suspension().suspends()
                    ? jobs.stream()
                            .filter(job -> job.identity().jobName().equals(known.jobName()))
                            .findFirst()
                            .flatMap(job -> job.identity().startTime())
                    : Optional.empty();
        }

        @Override
        public PreflightFinding finding(CrmScheduledTaskStatus previous) {
            if (known.result() == null) {
                return problem.map(why -> held(why, previous)).orElseGet(this::running);
            }
            String job = "Job " + known.jobName();
            if (is(known.result(), RunResult.SUCCEEDED)) {
                return finding(
                        Conditions.TRUE,
                        Reason.PASSED.text(),
                        job + " found the task able to run."
                                + (known.message() == null ? "" : " Worth a look: " + known.message()));
            }
            boolean failed = is(known.result(), RunResult.FAILED);
            String reason = known.reason() == null ? Reason.OTHER.text() : known.reason();
            return finding(
                    failed ? Conditions.FALSE : Conditions.UNKNOWN,
                    reason,
                    job + (failed ? ": " : " reported no result: ")
                            + (known.message() == null ? reason + "." : Reason.sentence(known.message())) + " "
                            + Reason.of(reason).remedyFor(known.jobName())
                            + " While the task is enabled, the preflight repeats by itself at " + Preflights.due(known)
                            + ", and at once after a successful run or dry run.");
        }

        private PreflightFinding running() {
            return finding(
                    Conditions.UNKNOWN,
                    Reason.PREFLIGHT_RUNNING.text(),
                    "Job " + known.jobName() + " checks whether the task can run. " + meanwhile());
        }

        private String meanwhile() {
            return suspension().suspends()
                    ? "No scheduled run starts before it passes."
                    : "Scheduled runs start meanwhile, because an earlier preflight passed.";
        }

        /** Keeps the first text of a cause, because Kubernetes alternates between two texts. */
        private PreflightFinding held(RunProblem cause, CrmScheduledTaskStatus previous) {
            Reason reason = cause.reason();
            String message = Optional.ofNullable(previous.preflight())
                    .filter(before -> reason != Reason.NO_POD && known.jobName().equals(before.jobName()))
                    .flatMap(_ -> previous.condition(Conditions.PREFLIGHT))
                    .filter(before -> before.reason().equals(reason.text()))
                    .map(Condition::message)
                    .orElseGet(() -> "Job " + known.jobName()
                            + " does not continue. " + meanwhile() + " " + Reason.sentence(cause.detail()) + " "
                            + reason.remedyFor(known.jobName()));
            return finding(Conditions.UNKNOWN, reason.text(), message);
        }

        private PreflightFinding finding(String status, String reason, String message) {
            return new PreflightFinding(status, reason, message, known);
        }
    }

    static boolean is(@Nullable String text, RunResult result) {
        return result.text().equals(text);
    }
}
