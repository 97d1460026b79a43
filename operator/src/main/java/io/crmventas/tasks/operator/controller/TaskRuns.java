package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.controller.DeletedResources.Deleted;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunObserver;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import io.crmventas.tasks.operator.run.ScheduledRuns;
import io.crmventas.tasks.operator.run.ScheduledRuns.ScheduledRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a task that Kubernetes still holds, or that were deleted and are not in the status yet.
 *
 * @param deletedJobs read from {@link DeletedResources}
 * @param deletedPods read from {@link DeletedResources}
 * @param trimmedBefore a run of an earlier scheduled time can be deleted although it was started
 */
record TaskRuns(
        List<ObservedRun> observed,
        List<ObservedRun> preflights,
        List<Job> deletedJobs,
        List<Pod> deletedPods,
        Optional<Instant> trimmedBefore) {
    private static final Duration RECHECK = Duration.ofSeconds(10);

    static TaskRuns observe(
            CrmScheduledTask task,
            Context<CrmScheduledTask> context,
            DeletedResources<Job> allDeletedJobs,
            DeletedResources<Pod> allDeletedPods,
            Instant now) {
        String uid = task.getMetadata().getUid();
        // Deleted ones first: a Job that leaves the cache between the two reads is then in one of them at least.
        List<Deleted<Job>> deletedJobs = allDeletedJobs.read(uid);
        List<Pod> pods = context.getSecondaryResourcesAsStream(Pod.class).toList();
        List<Pod> deletedPods =
                allDeletedPods.read(uid).stream().map(Deleted::resource).toList();
        List<Job> jobs = context.getSecondaryResourcesAsStream(Job.class)
                .filter(job -> TaskLabels.belongsTo(task, job))
                .toList();
        ScheduledRuns neighbours = neighbours(task, jobs, deletedJobs);
        Stream<RunObserver> there =
                jobs.stream().map(job -> new RunObserver(job, pods, deletedPods, Optional.empty(), neighbours, now));
        Stream<RunObserver> gone = deletedJobs.stream()
                .map(deleted -> new RunObserver(
                        deleted.resource(), pods, deletedPods, Optional.of(deleted.deletedAt()), neighbours, now));
        Map<Boolean, List<ObservedRun>> byPreflight = Stream.concat(there, gone)
                .collect(Collectors.partitioningBy(
                        snapshot -> TaskLabels.isPreflight(snapshot.job()),
                        Collectors.mapping(RunObserver::observe, Collectors.toList())));
        return new TaskRuns(
                byPreflight.getOrDefault(false, List.of()),
                byPreflight.getOrDefault(true, List.of()),
                deletedJobs.stream().map(Deleted::resource).toList(),
                deletedPods,
                ScheduledRuns.trimmedBefore(
                        jobs, CronJobFactory.succeededToKeep(task), CronJobFactory.failedToKeep(task)));
    }

    /** With the last run of the status: its Job can be deleted. */
    private static ScheduledRuns neighbours(CrmScheduledTask task, List<Job> jobs, List<Deleted<Job>> deleted) {
        Stream<ScheduledRun> there = jobs.stream().flatMap(job -> ScheduledRuns.of(job, Optional.empty()).stream());
        Stream<ScheduledRun> gone = deleted.stream()
                .flatMap(job -> ScheduledRuns.of(job.resource(), Optional.of(job.deletedAt())).stream());
        CrmScheduledTaskStatus status = StatusWriter.stored(task);
        Run last = status == null ? null : status.lastRun();
        Stream<ScheduledRun> recorded = last == null || last.scheduledTime() == null || last.completionTime() == null
                ? Stream.empty()
                : Stream.of(new ScheduledRun(
                        last.jobName(),
                        Instant.parse(last.scheduledTime()),
                        Instant.parse(last.scheduledTime()),
                        Instant.parse(last.completionTime())));
        return new ScheduledRuns(
                Stream.of(recorded, gone, there).flatMap(runs -> runs).toList(),
                task.getSpec().overlapOrDefault() == Overlap.REPLACE);
    }

    private TaskRuns with(List<ObservedRun> more) {
        return new TaskRuns(
                Stream.concat(observed.stream(), more.stream()).toList(),
                preflights,
                deletedJobs,
                deletedPods,
                trimmedBefore);
    }

    TaskRuns map(UnaryOperator<ObservedRun> change) {
        return new TaskRuns(
                observed.stream().map(change).toList(),
                preflights.stream().map(change).toList(),
                deletedJobs,
                deletedPods,
                trimmedBefore);
    }

    /** When the operator looks again at a run if no event comes. */
    Optional<Instant> again() {
        return all().filter(Running.class::isInstance)
                .flatMap(run -> ((Running) run).again().stream())
                .min(Comparator.naturalOrder());
    }

    /** Whether Kubernetes creates no pod for a run, or for a preflight. */
    boolean podMissing() {
        return all().anyMatch(run -> run instanceof Running running && running.lacksPod());
    }

    /** With live Jobs that the watch has not reported yet. */
    TaskRuns withLive(CrmScheduledTask task, List<Job> jobs, Instant now) {
        Set<String> known =
                observed.stream().map(run -> run.identity().jobName()).collect(Collectors.toSet());
        return new TaskRuns(
                Stream.concat(
                                observed.stream(),
                                jobs.stream()
                                        .filter(job -> !TaskLabels.isPreflight(job)
                                                && !known.contains(
                                                        job.getMetadata().getName()))
                                        .map(job -> new RunObserver(job, now).observe()))
                        .toList(),
                preflights,
                deletedJobs,
                deletedPods,
                ScheduledRuns.trimmedBefore(
                        jobs, CronJobFactory.succeededToKeep(task), CronJobFactory.failedToKeep(task)));
    }

    boolean ending() {
        return all().anyMatch(run -> run instanceof Running running && running.ending());
    }

    boolean active() {
        return observed.stream().anyMatch(Running.class::isInstance);
    }

    Optional<Instant> newestScheduledTime() {
        return observed.stream()
                .flatMap(run -> run.identity().scheduledTime().stream())
                .max(Comparator.naturalOrder());
    }

    /** Whether a scheduled time that comes now is skipped: Kubernetes would start it when the active run has ended. */
    boolean skipsDue(CrmScheduledTask task) {
        return task.getSpec().overlapOrDefault() == Overlap.SKIP
                && observed.stream()
                        .anyMatch(run -> run instanceof Running running
                                && !running.ending()
                                && running.identity().scheduledTime().isPresent());
    }

    /** Call it when the status holds these runs. An active run still needs its deleted pods. */
    void forget(CrmScheduledTask task, DeletedResources<Job> allDeletedJobs, DeletedResources<Pod> allDeletedPods) {
        String uid = task.getMetadata().getUid();
        Set<String> running = all().filter(Running.class::isInstance)
                .map(run -> run.identity().jobUid())
                .collect(Collectors.toSet());
        allDeletedJobs.forget(
                uid,
                deletedJobs.stream()
                        .filter(job -> !running.contains(job.getMetadata().getUid()))
                        .toList());
        allDeletedPods.forget(
                uid,
                deletedPods.stream().filter(pod -> !ownedByOne(pod, running)).toList());
    }

    private Stream<ObservedRun> all() {
        return Stream.concat(observed.stream(), preflights.stream());
    }

    private static boolean ownedByOne(HasMetadata pod, Set<String> jobUids) {
        return pod.getMetadata().getOwnerReferences().stream().anyMatch(owner -> jobUids.contains(owner.getUid()));
    }

    /**
     * Adds the runs that the status calls active, and that neither the cache nor the deleted Jobs hold: they ended while no
     * operator was running, and Kubernetes' history limits deleted their Jobs when the next ones ended.
     */
    TaskRuns withUnseen(
            CrmScheduledTask task,
            @Nullable CrmScheduledTaskStatus previous,
            KubernetesClient client,
            DeletedResources<Job> deleted,
            Instant now) {
        if (previous == null || previous.active() == null) {
            return this;
        }
        Set<String> known =
                observed.stream().map(run -> run.identity().jobName()).collect(Collectors.toSet());
        List<String> missing =
                previous.active().stream().filter(job -> !known.contains(job)).toList();
        if (missing.isEmpty()) {
            return this;
        }
        Optional<Instant> last =
                Optional.ofNullable(previous.lastScheduleTime()).map(Instant::parse);
        return with(missing.stream()
                .map(job -> unseen(
                        task, RunIdentity.named(job, task.getMetadata().getName(), last, now), client, deleted, now))
                .toList());
    }

    private static ObservedRun unseen(
            CrmScheduledTask task,
            RunIdentity identity,
            KubernetesClient client,
            DeletedResources<Job> deleted,
            Instant now) {
        Optional<Job> job = find(task, identity.jobName(), client);
        if (job.isPresent()) {
            return observe(job.get(), now);
        }
        if (isDeleted(task, identity.jobName(), deleted)) {
            return new Running(identity, Optional.empty(), true, true, Optional.empty());
        }
        // Its end is unknown: at its scheduled time at the earliest, because later runs may have ended since.
        return new Unreported(
                identity,
                identity.scheduledTime().orElse(now),
                1,
                Cause.JOB_DELETED,
                "The Job ended and was deleted while no operator was running.");
    }

    /** A Job that is not in the cache: the watch is late, or another client took our label off the Job. */
    private static ObservedRun observe(Job job, Instant now) {
        ObservedRun run = new RunObserver(job, now).observe();
        return run instanceof Running running
                ? new Running(running.identity(), Optional.empty(), false, true, Optional.of(now.plus(RECHECK)))
                : run;
    }

    /** From the API server: the cache can be older than the status that another replica wrote. */
    private static Optional<Job> find(CrmScheduledTask task, String job, KubernetesClient client) {
        return client
                .batch()
                .v1()
                .jobs()
                .inNamespace(task.getMetadata().getNamespace())
                .withField("metadata.name", job)
                .list()
                .getItems()
                .stream()
                .filter(found -> TaskLabels.belongsTo(task, found))
                .findFirst();
    }

    /** The Job can move from the cache to the deleted Jobs while the operator reads both. */
    private static boolean isDeleted(CrmScheduledTask task, String job, DeletedResources<Job> deleted) {
        return deleted.read(task.getMetadata().getUid()).stream()
                .anyMatch(known -> job.equals(known.resource().getMetadata().getName()));
    }
}
