package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.List;

/** The tasks as the informers' caches hold them: reading them asks Kubernetes nothing. */
public final class ClusterView {
    private final Cache<CrmScheduledTask> tasks;

    ClusterView(Cache<CrmScheduledTask> tasks) {
        this.tasks = tasks;
    }

    public List<CrmScheduledTask> tasks() {
        return tasks.list().toList();
    }
}
