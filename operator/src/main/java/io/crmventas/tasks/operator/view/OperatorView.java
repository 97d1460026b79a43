package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The operator and its tasks at one moment. HTTP and metrics both read this view, so that they report the same.
 *
 * @param cache the tasks in the informer's cache; reading them sends no request
 * @param leading whether this replica is the leader
 * @param ready whether the caches are filled
 * @param watching whether all watches work, except those that the API server refuses
 * @param refused the namespaces that the operator may not watch, with the cause
 * @param schedulingEnabled false: every CronJob is suspended
 */
public record OperatorView(
        Supplier<List<CrmScheduledTask>> cache,
        boolean leading,
        boolean ready,
        boolean watching,
        Map<String, String> refused,
        boolean schedulingEnabled,
        Loop loop) {

    private static final Comparator<CrmScheduledTask> BY_NAME =
            Comparator.comparing(CrmScheduledTask::namespace).thenComparing(CrmScheduledTask::name);

    public List<CrmScheduledTask> tasks() {
        return cache.get().stream().sorted(BY_NAME).toList();
    }

    /**
     * The figures of the reconcile loop.
     *
     * @param oldest the start of the oldest reconcile that is still running
     * @param lastEnd the end of the last reconcile, also of a failed one
     */
    public record Loop(long succeeded, long failed, Optional<Instant> oldest, Optional<Instant> lastEnd) {}
}
