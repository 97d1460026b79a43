package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.function.Consumer;

/** An informer on resources of tasks that hands deleted ones over before it starts a reconcile. */
final class OwnedInformer<R extends HasMetadata> extends InformerEventSource<R, CrmScheduledTask> {
    private final Consumer<R> beforeDelete;

    OwnedInformer(
            InformerEventSourceConfiguration<R> configuration,
            EventSourceContext<CrmScheduledTask> context,
            Consumer<R> beforeDelete) {
        super(configuration, context);
        this.beforeDelete = beforeDelete;
    }

    /** Lets the next reconcile see what this one wrote, although the watch may not have reported it yet. */
    void remember(R written, Optional<R> before) {
        ResourceID id = ResourceID.fromResource(written);
        before.ifPresentOrElse(
                old -> handleRecentResourceUpdate(id, written, old), () -> handleRecentResourceCreate(id, written));
    }

    @Override
    public void onDelete(R resource, boolean finalStateUnknown) {
        beforeDelete.accept(resource);
        super.onDelete(resource, finalStateUnknown);
    }
}
