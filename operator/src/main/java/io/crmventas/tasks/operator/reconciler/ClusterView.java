package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.List;

/** Tasks and pods as the informers' caches hold them: reading them asks Kubernetes nothing. */
public final class ClusterView {
    private final Cache<CrmScheduledTask> tasks;
    private final Cache<Pod> pods;

    ClusterView(Cache<CrmScheduledTask> tasks, Cache<Pod> pods) {
        this.tasks = tasks;
        this.pods = pods;
    }

    public List<CrmScheduledTask> tasks() {
        return tasks.list().toList();
    }

    public List<Pod> pods() {
        return pods.list().toList();
    }
}
