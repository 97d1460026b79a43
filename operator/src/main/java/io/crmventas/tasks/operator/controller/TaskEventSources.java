package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What the operator watches: its own CronJobs, Jobs and pods, by label. */
public final class TaskEventSources {
    /** Resources that are read at a time when a watch begins: thousands at once are more than the memory holds. */
    public static final long PAGE = 200;

    private final InformerEventSourceFactory factory;
    private final OwnedInformer<CronJob> cronJobs;
    private final OwnedInformer<Job> jobs;
    private final OwnedInformer<Pod> pods;
    private final GlobalPause pause;

    TaskEventSources(
            EventSourceContext<CrmScheduledTask> context,
            boolean oneWatch,
            Tombstones<Job> deletedJobs,
            Tombstones<Pod> deletedPods,
            Optional<String> ownNamespace,
            Clock clock) {
        factory = new InformerEventSourceFactory(context, oneWatch);
        cronJobs = factory.informer(CronJob.class, new SharedParts()::of, deleted -> {});
        jobs = factory.informer(Job.class, Trim::job, job -> factory.bury(job, deletedJobs, clock));
        pods = factory.informer(Pod.class, Trim::pod, pod -> factory.bury(pod, deletedPods, clock));
        pause = new GlobalPause(context, ownNamespace);
    }

    List<EventSource<?, CrmScheduledTask>> all() {
        return Stream.concat(
                        Stream.<EventSource<?, CrmScheduledTask>>of(cronJobs, jobs, pods), pause.sources().stream())
                .toList();
    }

    GlobalPause pause() {
        return pause;
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
                    .withSecondaryToPrimaryMapper(TaskEventSources::taskOf);
            // Informers of several namespaces would share one store, and each throw out what the others put in.
            if (oneWatch) {
                configuration.withItemStore(new TransformingItemStore<>(trim));
            }
            return new OwnedInformer<>(configuration.build(), context, beforeDelete);
        }

        /**
         * Not when the task itself is deleted: then nobody reads it. With foreground deletion the Jobs go first, while
         * the task is still in the cache, and JOSDK reconciles a task that is marked as deleted no more.
         */
        <R extends HasMetadata> void bury(R resource, Tombstones<R> tombstones, Clock clock) {
            boolean wanted = taskOf(resource).stream()
                    .flatMap(id -> context.getPrimaryCache().get(id).stream())
                    .anyMatch(task -> reads(task, resource));
            if (wanted) {
                tombstones.add(resource, clock.instant());
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
}
