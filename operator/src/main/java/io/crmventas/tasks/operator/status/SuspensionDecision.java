package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the task starts scheduled runs, and why not.
 *
 * @param pause the form that the status shows
 * @param breaker while the task has paused itself
 * @param forgiven the breaker has just closed, and failures in a row are counted from zero
 * @param end when a pause ends by itself
 */
public record SuspensionDecision(
        Suspension suspension,
        Optional<Pause> pause,
        Optional<Breaker> breaker,
        boolean forgiven,
        Optional<Instant> end) {

    public static final SuspensionDecision NONE =
            new SuspensionDecision(Suspension.NONE, Optional.empty(), Optional.empty(), false, Optional.empty());

    public SuspensionDecision with(Breaker next) {
        return new SuspensionDecision(suspension, pause, Optional.of(next), forgiven, end);
    }

    /** The wish of a person is shown before the result of a preflight. */
    public SuspensionDecision or(Suspension other) {
        return suspension.suspends() ? this : new SuspensionDecision(other, pause, breaker, forgiven, end);
    }
}
