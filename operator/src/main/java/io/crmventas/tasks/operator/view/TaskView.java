package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The tasks as HTTP and metrics report them, in one place, so that both agree.
 *
 * @param cache what the informer holds; asking it asks Kubernetes nothing
 */
public record TaskView(Supplier<List<CrmScheduledTask>> cache) {
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
}
