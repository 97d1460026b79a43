package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.contract.RunResult;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a task's check, and what comes of it. */
public sealed interface CheckPlan {

    /** Why the schedule must wait; NONE if it need not. */
    Suspension suspension();

    /** When to look again though nothing has happened. */
    Optional<Instant> due();

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
     */
    record Checked(Preflight known, Optional<String> start, Optional<Instant> due) implements CheckPlan {
        /** What failed keeps the task back; what is not known only if nothing was ever known. */
        @Override
        public Suspension suspension() {
            if (is(known.result(), RunResult.FAILED)) {
                return Suspension.PREFLIGHT_FAILED;
            }
            return is(known.verdict(), RunResult.SUCCEEDED) ? Suspension.NONE : Suspension.PREFLIGHT_PENDING;
        }
    }

    static boolean is(@Nullable String text, RunResult result) {
        return result.text().equals(text);
    }
}
