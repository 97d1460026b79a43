package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import java.time.Instant;
import java.util.Optional;

/**
 * What keeps a task from its schedule, whatever becomes of its CronJob.
 *
 * @param pause as the status shows it
 * @param breaker while the task has paused itself
 * @param forgiven failures in a row are counted anew: the breaker has just closed
 * @param end when a pause ends by itself
 */
public record Halt(
        Suspension suspension,
        Optional<Pause> pause,
        Optional<Breaker> breaker,
        boolean forgiven,
        Optional<Instant> end) {

    public static final Halt NONE =
            new Halt(Suspension.NONE, Optional.empty(), Optional.empty(), false, Optional.empty());

    public Halt with(Breaker next) {
        return new Halt(suspension, pause, Optional.of(next), forgiven, end);
    }

    /** Whoever asks for a reason is told the first one: what people want goes before what a check found. */
    public Halt or(Suspension other) {
        return suspension.suspends() ? this : new Halt(other, pause, breaker, forgiven, end);
    }
}
