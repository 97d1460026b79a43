package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

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

    private static final Comparator<TaskRow> BY_NAME =
            Comparator.comparing(TaskRow::namespace).thenComparing(TaskRow::name);

    public List<TaskRow> tasks() {
        return rows().sorted(BY_NAME).toList();
    }

    /** Returns the tasks with that name, at most one in each namespace. */
    public List<TaskRow> named(String name) {
        return rows().filter(task -> task.name().equals(name)).sorted(BY_NAME).toList();
    }

    private Stream<TaskRow> rows() {
        return cache.get().stream().map(TaskRow::new);
    }

    /**
     * The figures of the reconcile loop.
     *
     * @param oldest the start of the oldest reconcile that is still running
     * @param lastEnd the end of the last reconcile, also of a failed one
     */
    public record Loop(long succeeded, long failed, Optional<Instant> oldest, Optional<Instant> lastEnd) {}

    /** A task with its spec and its status. */
    public record TaskRow(CrmScheduledTask resource) {
        public String namespace() {
            return resource.getMetadata().getNamespace();
        }

        public String name() {
            return resource.getMetadata().getName();
        }

        /** Returns namespace and name, for example {@code crm/cleanup}. */
        public String id() {
            return namespace() + "/" + name();
        }

        public String uid() {
            return resource.getMetadata().getUid();
        }

        public CrmScheduledTaskSpec spec() {
            return resource.getSpec();
        }

        /** Returns the status, which has no field until the operator has written one. */
        public CrmScheduledTaskStatus status() {
            return Objects.requireNonNullElse(resource.reportedStatus(), CrmScheduledTaskStatus.EMPTY);
        }

        public boolean ready() {
            return status().isTrue("Ready");
        }

        public boolean suspended() {
            return status().isTrue("Suspended");
        }

        public boolean pausedWithAll() {
            Pause pause = status().pause();
            return pause != null && "Operator".equals(pause.source());
        }

        public Optional<Condition> condition(String type) {
            return status().condition(type);
        }
    }
}
