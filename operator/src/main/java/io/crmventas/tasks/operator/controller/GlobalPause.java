package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelectorBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Watches the one ConfigMap that pauses all tasks, so its change concerns each of them. */
final class GlobalPause {
    private final Optional<InformerEventSource<ConfigMap, CrmScheduledTask>> source;
    private final ResourceID id;

    /** @param namespace the operator's own; without one there is no ConfigMap to look for */
    GlobalPause(EventSourceContext<CrmScheduledTask> context, Optional<String> namespace) {
        id = new ResourceID(PauseNotice.CONFIG_MAP, namespace.orElse(""));
        source = namespace.map(own -> new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ConfigMap.class, CrmScheduledTask.class)
                        .withName("GlobalPause")
                        .withNamespaces(Set.of(own))
                        .withFollowControllerNamespacesChanges(false)
                        .withFieldSelector(new FieldSelectorBuilder()
                                .withField("metadata.name", PauseNotice.CONFIG_MAP)
                                .build())
                        .withSecondaryToPrimaryMapper(changed -> all(context))
                        .build(),
                context));
    }

    List<EventSource<?, CrmScheduledTask>> sources() {
        return source.<List<EventSource<?, CrmScheduledTask>>>map(List::of).orElse(List.of());
    }

    Optional<PauseNotice> notice() {
        return source.flatMap(found -> found.get(id)).flatMap(map -> PauseNotice.forAll(map.getData()));
    }

    private static Set<ResourceID> all(EventSourceContext<CrmScheduledTask> context) {
        return context.getPrimaryCache().list().map(ResourceID::fromResource).collect(Collectors.toSet());
    }
}
