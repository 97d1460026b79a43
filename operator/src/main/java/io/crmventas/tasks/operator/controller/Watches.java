package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelectorBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator's watches: its own CronJobs, Jobs and pods, by label, and the ConfigMap that pauses all tasks. */
public final class Watches {
    /** Resources a request when a watch begins: thousands at once are more than the memory holds. */
    public static final long PAGE = 200;

    private final InformerEventSourceFactory factory;
    private final OwnedInformer<CronJob> cronJobs;
    private final OwnedInformer<Job> jobs;
    private final OwnedInformer<Pod> pods;
    private final Optional<InformerEventSource<ConfigMap, CrmScheduledTask>> globalPause;
    private final ResourceID globalPauseId;

    Watches(
            EventSourceContext<CrmScheduledTask> context,
            boolean oneWatch,
            DeletedResources<Job> deletedJobs,
            DeletedResources<Pod> deletedPods,
            Optional<String> ownNamespace,
            Clock clock) {
        factory = new InformerEventSourceFactory(context, oneWatch);
        cronJobs = factory.informer(CronJob.class, new CacheTrimming()::cronJob, deleted -> {});
        jobs = factory.informer(Job.class, CacheTrimming::job, job -> factory.remember(job, deletedJobs, clock));
        pods = factory.informer(Pod.class, CacheTrimming::pod, pod -> factory.remember(pod, deletedPods, clock));
        globalPauseId = new ResourceID(PauseNotice.CONFIG_MAP, ownNamespace.orElse(""));
        globalPause = ownNamespace.map(namespace -> globalPause(namespace, context));
    }

    List<EventSource<?, CrmScheduledTask>> all() {
        return Stream.concat(Stream.<EventSource<?, CrmScheduledTask>>of(cronJobs, jobs, pods), globalPause.stream())
                .toList();
    }

    /** The pause of all tasks. Without a namespace of its own the operator has no ConfigMap to read. */
    Optional<PauseNotice> globalPause() {
        return globalPause
                .flatMap(source -> source.get(globalPauseId))
                .flatMap(map -> PauseNotice.forAll(map.getData()));
    }

    /** The one ConfigMap that pauses all tasks: its change concerns each of them. */
    private static InformerEventSource<ConfigMap, CrmScheduledTask> globalPause(
            String namespace, EventSourceContext<CrmScheduledTask> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ConfigMap.class, CrmScheduledTask.class)
                        .withName("GlobalPause")
                        .withNamespaces(Set.of(namespace))
                        .withFollowControllerNamespacesChanges(false)
                        .withFieldSelector(new FieldSelectorBuilder()
                                .withField("metadata.name", PauseNotice.CONFIG_MAP)
                                .build())
                        .withSecondaryToPrimaryMapper(changed -> context.getPrimaryCache()
                                .list()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .build(),
                context);
    }

    OwnedInformer<CronJob> cronJobs() {
        return cronJobs;
    }

    OwnedInformer<Job> jobs() {
        return jobs;
    }

    /** @param oneWatch whether one informer a kind is all there will be */
    private record InformerEventSourceFactory(EventSourceContext<CrmScheduledTask> context, boolean oneWatch) {
        <R extends HasMetadata> OwnedInformer<R> informer(
                Class<R> type, UnaryOperator<R> trim, Consumer<R> beforeDelete) {
            InformerEventSourceConfiguration.Builder<R> configuration = InformerEventSourceConfiguration.from(
                            type, CrmScheduledTask.class)
                    .withName(type.getSimpleName())
                    .withLabelSelector(TaskLabels.SELECTOR)
                    .withInformerListLimit(PAGE)
                    .withNamespacesInheritedFromController()
                    .withSecondaryToPrimaryMapper(Watches::taskOf);
            // Informers of several namespaces would share one store, and each would remove what the others added.
            if (oneWatch) {
                configuration.withItemStore(new TransformingItemStore<>(trim));
            }
            return new OwnedInformer<>(configuration.build(), context, beforeDelete);
        }

        /**
         * Not when the task itself is deleted: no reconcile would read it. With foreground deletion the Jobs go first, while
         * the task is still in the cache, and JOSDK no longer reconciles a task that is marked as deleted.
         */
        <R extends HasMetadata> void remember(R resource, DeletedResources<R> deleted, Clock clock) {
            boolean wanted = taskOf(resource).stream()
                    .flatMap(id -> context.getPrimaryCache().get(id).stream())
                    .anyMatch(task -> reads(task, resource));
            if (wanted) {
                deleted.add(resource, clock.instant());
            }
        }
    }

    /** Whether a reconcile of this task will read the deleted resource. */
    static boolean reads(CrmScheduledTask task, HasMetadata deleted) {
        return task.getMetadata().getDeletionTimestamp() == null && TaskLabels.belongsTo(task, deleted);
    }

    private static Set<ResourceID> taskOf(HasMetadata resource) {
        return TaskLabels.taskName(resource)
                .map(name -> Set.of(new ResourceID(name, resource.getMetadata().getNamespace())))
                .orElse(Set.of());
    }

    /** An informer on resources of tasks that hands deleted ones over before it starts a reconcile. */
    static final class OwnedInformer<R extends HasMetadata> extends InformerEventSource<R, CrmScheduledTask> {
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
}
