package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.operator.run.Reason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Holds whether Kubernetes may start scheduled runs, and why it may not.
 *
 * @param message a sentence for people
 */
public record Suspension(Reason reason, String message) {
    public static final Suspension NONE = new Suspension(Reason.ENABLED, "Scheduled runs start.");
    public static final Suspension DISABLED =
            new Suspension(Reason.DISABLED, "spec.enabled is false: no scheduled run starts.");
    public static final Suspension GLOBALLY_DISABLED = new Suspension(
            Reason.GLOBALLY_DISABLED, "ENABLE_SCHEDULED_TASKS of the operator is false: no scheduled run starts.");

    public static final Suspension PREFLIGHT_PENDING =
            new Suspension(Reason.PREFLIGHT_PENDING, "No scheduled run starts before the task's preflight has passed.");
    public static final Suspension PREFLIGHT_FAILED =
            new Suspension(Reason.PREFLIGHT_FAILED, "No scheduled run starts, because the task's preflight failed.");

    /** Reads the number of failures from {@code status}, because condition Suspended can have another cause. */
    public static Suspension breakerOpen(Breaker open, CrmScheduledTaskStatus status) {
        int failures = Objects.requireNonNullElse(status.consecutiveFailures(), 0);
        String refusal = open.refusal() == null
                ? ""
                : " Kubernetes refused the last trial run: " + Reason.sentence(open.refusal());
        return new Suspension(
                Reason.BREAKER_OPEN,
                failed(failures) + ", so the task paused itself at " + open.openedTime() + "." + refusal);
    }

    public static String failed(int runs) {
        return runs == 1 ? "A scheduled run failed" : runs + " scheduled runs in a row failed";
    }

    public String explained() {
        return reason.explain(message);
    }

    public boolean suspends() {
        return reason != Reason.ENABLED;
    }

    /** Returns whether a person wants no runs. Then no run counts as missed. */
    boolean wanted() {
        return switch (reason) {
            case DISABLED, GLOBALLY_DISABLED, PAUSED, GLOBALLY_PAUSED -> true;
            default -> false;
        };
    }

    /**
     * Holds whether the task starts scheduled runs, and why not.
     *
     * @param pause the form that the status shows
     * @param breaker the breaker, while the task has paused itself
     * @param end the time when a pause ends by itself
     */
    public record SuspensionDecision(
            Suspension suspension, Optional<Pause> pause, Optional<Breaker> breaker, Optional<Instant> end) {

        public SuspensionDecision with(Breaker next) {
            return new SuspensionDecision(suspension, pause, Optional.of(next), end);
        }

        /** The status shows a person's pause, also one that has ended, rather than the result of a preflight. */
        public SuspensionDecision or(Suspension other) {
            return suspension.suspends() || !other.suspends()
                    ? this
                    : new SuspensionDecision(other, pause, breaker, end);
        }
    }
}
