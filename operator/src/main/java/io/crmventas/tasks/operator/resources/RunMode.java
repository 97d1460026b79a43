package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import java.util.List;
import java.util.Optional;

public enum RunMode {
    RUN,
    /** The container does all the work and keeps no change. */
    DRY_RUN,
    /** The container only checks whether it can run. */
    PREFLIGHT;

    /** Returns the container's arguments; empty when an extra task does not have this mode. */
    public Optional<List<String>> arguments(CrmScheduledTask task, RunnerSettings settings) {
        String name = task.getSpec().task();
        return settings.catalog().extraTask(task).map(this::ofExtraTask).orElseGet(() -> Optional.of(builtIn(name)));
    }

    private Optional<List<String>> ofExtraTask(ExtraTask extra) {
        return switch (this) {
            case RUN -> Optional.of(extra.arguments());
            case DRY_RUN -> extra.dryRun();
            case PREFLIGHT -> extra.check();
        };
    }

    private List<String> builtIn(String name) {
        return switch (this) {
            case RUN -> List.of("run", name);
            case DRY_RUN -> List.of("run", name, "--dry-run");
            case PREFLIGHT -> List.of("check", name, "--report");
        };
    }
}
