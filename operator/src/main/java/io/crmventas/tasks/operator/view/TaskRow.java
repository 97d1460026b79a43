package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task with what its status says. */
public record TaskRow(CrmScheduledTask resource) {
    private static final String TRUE = "True";

    public String namespace() {
        return resource.getMetadata().getNamespace();
    }

    public String name() {
        return resource.getMetadata().getName();
    }

    public String uid() {
        return Objects.requireNonNullElse(resource.getMetadata().getUid(), "");
    }

    /** How often the spec was written. */
    public long generation() {
        Long generation = resource.getMetadata().getGeneration();
        return generation == null ? 1 : generation;
    }

    public CrmScheduledTaskSpec spec() {
        return resource.getSpec();
    }

    public @Nullable CrmScheduledTaskStatus status() {
        return resource.reportedStatus();
    }

    public @Nullable Run lastRun() {
        CrmScheduledTaskStatus status = status();
        return status == null ? null : status.lastRun();
    }

    public @Nullable String nextRun() {
        CrmScheduledTaskStatus status = status();
        return status == null ? null : status.nextRunTime();
    }

    public List<String> active() {
        CrmScheduledTaskStatus status = status();
        return status == null || status.active() == null ? List.of() : status.active();
    }

    public boolean enabled() {
        return !Boolean.FALSE.equals(spec().enabled());
    }

    public boolean ready() {
        return is("Ready");
    }

    public boolean suspended() {
        return is("Suspended");
    }

    public boolean pausedWithAll() {
        CrmScheduledTaskStatus status = status();
        return status != null
                && status.pause() != null
                && "Operator".equals(status.pause().source());
    }

    public Optional<Condition> condition(String type) {
        CrmScheduledTaskStatus status = status();
        return status == null ? Optional.empty() : Condition.find(status.conditions(), type);
    }

    private boolean is(String type) {
        return condition(type).filter(found -> TRUE.equals(found.status())).isPresent();
    }
}
