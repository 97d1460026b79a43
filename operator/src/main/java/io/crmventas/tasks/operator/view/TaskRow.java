package io.crmventas.tasks.operator.view;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A task with what its status says. */
public record TaskRow(CrmScheduledTask resource) {
    private static final CrmScheduledTaskStatus NOT_REPORTED = new CrmScheduledTaskStatus.Builder().build();

    public String namespace() {
        return resource.getMetadata().getNamespace();
    }

    public String name() {
        return resource.getMetadata().getName();
    }

    /** The namespace and the name, as people write them. */
    public String id() {
        return namespace() + "/" + name();
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

    /** Without any field while the operator has not reported the task. */
    public CrmScheduledTaskStatus status() {
        return Objects.requireNonNullElse(resource.reportedStatus(), NOT_REPORTED);
    }

    public List<String> active() {
        return Objects.requireNonNullElse(status().active(), List.of());
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
        Pause pause = status().pause();
        return pause != null && "Operator".equals(pause.source());
    }

    public Optional<Condition> condition(String type) {
        return Condition.find(status().conditions(), type);
    }

    private boolean is(String type) {
        return condition(type).filter(found -> found.status().equals("True")).isPresent();
    }
}
