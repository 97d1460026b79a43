package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.ExtraTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import java.util.List;
import java.util.Optional;

/** What the container of a task is asked to do. */
public enum RunMode {
    RUN,
    /** All of it, and nothing of it stays. */
    DRY_RUN,
    /** Only to say whether it could run. */
    CHECK;

    /** The container's arguments; empty when the task does not know how. */
    Optional<List<String>> arguments(CrmScheduledTask task, RunnerSettings settings) {
        String name = task.getSpec().task();
        return settings.catalog().extraTask(task).map(this::own).orElseGet(() -> Optional.of(builtIn(name)));
    }

    public boolean known(CrmScheduledTask task, RunnerSettings settings) {
        return arguments(task, settings).isPresent();
    }

    private Optional<List<String>> own(ExtraTask extra) {
        return switch (this) {
            case RUN -> Optional.of(extra.arguments());
            case DRY_RUN -> extra.dryRun();
            case CHECK -> extra.check();
        };
    }

    private List<String> builtIn(String name) {
        return switch (this) {
            case RUN -> List.of("run", name);
            case DRY_RUN -> List.of("run", name, "--dry-run");
            case CHECK -> List.of("check", name, "--report");
        };
    }
}
