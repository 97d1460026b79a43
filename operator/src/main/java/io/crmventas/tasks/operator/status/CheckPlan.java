package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.RunProblem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a task's check, and what comes of it. */
public sealed interface CheckPlan {

    /** Why the schedule must wait; NONE if it need not. */
    Suspension suspension();

    /** When to look again though nothing has happened. */
    Optional<Instant> due();

    /**
     * When the check began that lets the schedule go on now: a slot that came meanwhile waited for it, and is not lost.
     *
     * @param checks Jobs that exist, or were deleted a moment ago
     */
    default Optional<Instant> releases(@Nullable CrmScheduledTaskStatus previous, List<ObservedRun> checks) {
        return Optional.empty();
    }

    /**
     * There is nothing to check.
     *
     * @param why as a sentence
     */
    record Unchecked(Reason reason, String why) implements CheckPlan {
        @Override
        public Suspension suspension() {
            return Suspension.NONE;
        }

        @Override
        public Optional<Instant> due() {
            return Optional.empty();
        }
    }

    /**
     * @param known for the status
     * @param start name of the Job that has to be made now
     * @param problem why the Job that is there does not continue, for one because a quota refuses its pod
     */
    record Checked(Preflight known, Optional<String> start, Optional<Instant> due, Optional<RunProblem> problem)
            implements CheckPlan {
        public static Checked of(Preflight known, Optional<String> start, Optional<Instant> due) {
            return new Checked(known, start, due, Optional.empty());
        }

        /** Not started now. */
        public static Checked later(Preflight known, Instant due) {
            return of(known, Optional.empty(), Optional.of(due));
        }

        /** What failed keeps the task back; what is not known only if nothing is known of the task as it is. */
        @Override
        public Suspension suspension() {
            if (is(known.result(), RunResult.FAILED)) {
                return Suspension.PREFLIGHT_FAILED;
            }
            return is(known.verdict(), RunResult.SUCCEEDED) ? Suspension.NONE : Suspension.PREFLIGHT_PENDING;
        }

        @Override
        public Optional<Instant> releases(@Nullable CrmScheduledTaskStatus previous, List<ObservedRun> checks) {
            boolean held = previous != null
                    && Conditions.find(previous.conditions(), Conditions.SUSPENDED)
                            .flatMap(suspended -> Reason.of(suspended.reason()))
                            .filter(Reason::ofPreflight)
                            .isPresent();
            return held && !suspension().suspends()
                    ? checks.stream()
                            .filter(check -> check.identity().jobName().equals(known.jobName()))
                            .findFirst()
                            .flatMap(check -> check.identity().startTime())
                    : Optional.empty();
        }
    }

    static boolean is(@Nullable String text, RunResult result) {
        return result.text().equals(text);
    }
}
