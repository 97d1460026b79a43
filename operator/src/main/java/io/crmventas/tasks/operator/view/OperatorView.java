package io.crmventas.tasks.operator.view;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The operator at one moment, as HTTP and metrics report it.
 *
 * @param leading whether this replica is the one that works
 * @param ready whether the caches are filled
 * @param watching whether all watches stand that the API server does not refuse
 * @param refused namespaces that the operator may not watch, and why
 * @param schedulingEnabled false: every CronJob is suspended
 */
public record OperatorView(
        TaskView tasks,
        boolean leading,
        boolean ready,
        boolean watching,
        Map<String, String> refused,
        boolean schedulingEnabled,
        Loop loop) {

    /**
     * The reconcile loop.
     *
     * @param oldest start of the reconcile that has taken longest so far, of those that go on
     * @param lastEnd of the last one that ended, well or not
     */
    public record Loop(long succeeded, long failed, Optional<Instant> oldest, Optional<Instant> lastEnd) {}
}
