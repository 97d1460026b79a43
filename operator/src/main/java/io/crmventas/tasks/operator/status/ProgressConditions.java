package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;

/**
 * Reconciling and Stalled, by the conventions of kstatus: each is there only while it is True. Stalled ends the wait of
 * whoever installs the task, so it stands for what a person must mend in this very resource, and for nothing else.
 */
final class ProgressConditions {
    private ProgressConditions() {}

    /** After Ready was told. */
    static void tell(Conditions conditions) {
        conditions
                .told(Conditions.READY)
                .filter(ready -> ready.status().equals(Conditions.FALSE))
                .ifPresent(ready -> tell(conditions, ready));
    }

    private static void tell(Conditions conditions, Condition ready) {
        switch (Reason.of(ready.reason()).orElse(Reason.OTHER)) {
            case INVALID_SCHEDULE,
                    NAME_CONFLICT,
                    UNKNOWN_TASK,
                    UNKNOWN_DATABASE,
                    UNKNOWN_RUNNER_PROFILE,
                    CRON_JOB_REJECTED ->
                conditions.put(Conditions.STALLED, Conditions.TRUE, ready.reason(), ready.message());
            case AWAITING_DELETION, PREFLIGHT_PENDING, PREFLIGHT_RUNNING ->
                conditions.put(Conditions.RECONCILING, Conditions.TRUE, ready.reason(), ready.message());
            // Tried again by itself, or found to be mended outside of the resource.
            default -> {}
        }
    }
}
