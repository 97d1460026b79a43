package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.function.Consumer;

/** An informer on resources of our tasks that hands deleted ones on before anybody is told to reconcile. */
final class OwnedInformer<R extends HasMetadata> extends InformerEventSource<R, CrmScheduledTask> {
    private final Consumer<R> beforeDelete;

    OwnedInformer(
            InformerEventSourceConfiguration<R> configuration,
            EventSourceContext<CrmScheduledTask> context,
            Consumer<R> beforeDelete) {
        super(configuration, context);
        this.beforeDelete = beforeDelete;
    }

    /** So that the next reconcile sees what this one wrote, though the watch may not have told it yet. */
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
