package io.crmventas.tasks.operator.watch;

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
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Watches the operator's CronJobs, Jobs and pods by label, and the ConfigMap that pauses all tasks. */
public final class Watches {
    /** One answer has this number of resources when a watch begins, because thousands at once would fill the memory. */
    public static final long PAGE = 200;

    private final boolean oneWatch;
    private final Optional<String> ownNamespace;
    private final Clock clock;
    private final DeletedResources<Job> deletedJobs = new DeletedResources<>();
    private final DeletedResources<Pod> deletedPods = new DeletedResources<>();
    private volatile @Nullable Informers informers;

    /** Holds the informers, which exist from {@link #prepare} on. */
    public record Informers(
            Cache<CrmScheduledTask> tasks,
            OwnedInformer<CronJob> cronJobs,
            OwnedInformer<Job> jobs,
            OwnedInformer<Pod> pods,
            Optional<InformerEventSource<ConfigMap, CrmScheduledTask>> globalPause) {}

    /** @param oneWatch whether each kind always has only one informer */
    public Watches(boolean oneWatch, Optional<String> ownNamespace, Clock clock) {
        this.oneWatch = oneWatch;
        this.ownNamespace = ownNamespace;
        this.clock = clock;
    }

    /** Creates the informers. JOSDK calls it once, before the first reconcile. */
    public List<EventSource<?, CrmScheduledTask>> prepare(EventSourceContext<CrmScheduledTask> context) {
        Informers prepared = new Informers(
                context.getPrimaryCache(),
                informer(CronJob.class, context, new CacheTrimming()::cronJob, deleted -> {}),
                informer(Job.class, context, CacheTrimming::job, job -> remember(job, deletedJobs, context)),
                informer(Pod.class, context, CacheTrimming::pod, pod -> remember(pod, deletedPods, context)),
                ownNamespace.map(namespace -> globalPause(namespace, context)));
        informers = prepared;
        return Stream.concat(
                        Stream.<EventSource<?, CrmScheduledTask>>of(prepared.cronJobs, prepared.jobs, prepared.pods),
                        prepared.globalPause.stream())
                .toList();
    }

    public Informers informers() {
        return Objects.requireNonNull(informers, "prepare() comes first");
    }

    public List<CrmScheduledTask> tasks() {
        return informers().tasks.list().toList();
    }

    public DeletedResources<Job> deletedJobs() {
        return deletedJobs;
    }

    public DeletedResources<Pod> deletedPods() {
        return deletedPods;
    }

    /** Returns the pause of all tasks. An operator without an own namespace has no ConfigMap to read. */
    public Optional<PauseNotice> globalPause() {
        return informers()
                .globalPause
                .flatMap(source -> listed(source)
                        ? source.get(new ResourceID(PauseNotice.CONFIG_MAP, ownNamespace.orElse("")))
                                .flatMap(map -> PauseNotice.forAll(map.getData()))
                        : Optional.of(PauseNotice.UNREADABLE));
    }

    /** Returns whether the API server has listed the ConfigMap. It refuses while the operator lacks the permission. */
    private static boolean listed(InformerEventSource<?, ?> source) {
        return source.informerHealthIndicators().values().stream().allMatch(InformerHealthIndicator::hasSynced);
    }

    /** Watches the ConfigMap that pauses all tasks. The operator reconciles every task after a change. */
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

    private <R extends HasMetadata> OwnedInformer<R> informer(
            Class<R> type,
            EventSourceContext<CrmScheduledTask> context,
            UnaryOperator<R> trim,
            Consumer<R> beforeDelete) {
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
     * Keeps nothing of a deleted task, because no reconcile would read it. With foreground deletion Kubernetes deletes
     * the Jobs before the task, but JOSDK no longer reconciles a task that is marked as deleted.
     */
    private <R extends HasMetadata> void remember(
            R resource, DeletedResources<R> deleted, EventSourceContext<CrmScheduledTask> context) {
        boolean wanted = taskOf(resource).stream()
                .flatMap(id -> context.getPrimaryCache().get(id).stream())
                .anyMatch(task -> reads(task, resource));
        if (wanted) {
            deleted.add(resource, clock.instant());
        }
    }

    static boolean reads(CrmScheduledTask task, HasMetadata deleted) {
        return task.getMetadata().getDeletionTimestamp() == null && TaskLabels.belongsTo(task, deleted);
    }

    private static Set<ResourceID> taskOf(HasMetadata resource) {
        return TaskLabels.taskName(resource)
                .map(name -> Set.of(new ResourceID(name, resource.getMetadata().getNamespace())))
                .orElse(Set.of());
    }

    /** An informer on the resources of tasks. It keeps a deleted resource before it starts a reconcile. */
    public static final class OwnedInformer<R extends HasMetadata> extends InformerEventSource<R, CrmScheduledTask> {
        private final Consumer<R> beforeDelete;

        OwnedInformer(
                InformerEventSourceConfiguration<R> configuration,
                EventSourceContext<CrmScheduledTask> context,
                Consumer<R> beforeDelete) {
            super(configuration, context);
            this.beforeDelete = beforeDelete;
        }

        /** Adds a written resource to the cache, because the watch may report it after the next reconcile starts. */
        public void remember(R written, Optional<R> before) {
            ResourceID id = ResourceID.fromResource(written);
            before.ifPresentOrElse(
                    old -> handleRecentResourceUpdate(id, written, old), () -> handleRecentResourceCreate(id, written));
        }

        @Override
        public synchronized void onDelete(R resource, boolean finalStateUnknown) {
            beforeDelete.accept(resource);
            super.onDelete(resource, finalStateUnknown);
        }
    }
}
