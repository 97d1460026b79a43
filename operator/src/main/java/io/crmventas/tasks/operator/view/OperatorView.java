package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The operator and its tasks at one moment, as HTTP and metrics report them, in one place, so that both agree.
 *
 * @param cache what the informer holds; asking it asks Kubernetes nothing
 * @param leading whether this replica is the one that works
 * @param ready whether the caches are filled
 * @param watching whether all watches stand that the API server does not refuse
 * @param refused namespaces that the operator may not watch, and why
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

    private static final Comparator<TaskRow> BY_NAME =
            Comparator.comparing(TaskRow::namespace).thenComparing(TaskRow::name);

    public List<TaskRow> tasks() {
        return rows().sorted(BY_NAME).toList();
    }

    /** The tasks of that name, one a namespace. */
    public List<TaskRow> named(String name) {
        return rows().filter(task -> task.name().equals(name)).sorted(BY_NAME).toList();
    }

    private Stream<TaskRow> rows() {
        return cache.get().stream().map(TaskRow::new);
    }

    /**
     * The reconcile loop.
     *
     * @param oldest start of the reconcile that has taken longest so far, of those that go on
     * @param lastEnd of the last one that ended, well or not
     */
    public record Loop(long succeeded, long failed, Optional<Instant> oldest, Optional<Instant> lastEnd) {}
}
