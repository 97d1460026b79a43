package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.controller.Tombstones.Tombstone;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunObserver;
import io.crmventas.tasks.operator.run.ScheduledRuns;
import io.crmventas.tasks.operator.run.ScheduledRuns.ScheduledRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs of a task that Kubernetes still knows of, or that were deleted and are not in the status yet.
 *
 * @param checks which are no runs
 * @param deletedJobs that were looked at
 * @param deletedPods that were looked at
 * @param trimmedBefore a run of an earlier slot may be gone, though it was started
 */
record Runs(
        List<ObservedRun> observed,
        List<ObservedRun> checks,
        List<Job> deletedJobs,
        List<Pod> deletedPods,
        Optional<Instant> trimmedBefore) {

    static Runs of(
            CrmScheduledTask task,
            Context<CrmScheduledTask> context,
            Tombstones<Job> jobTombstones,
            Tombstones<Pod> podTombstones,
            Instant now) {
        String uid = task.getMetadata().getUid();
        // Deleted ones first: what vanishes from the cache in between is then seen in one of the two at least.
        List<Tombstone<Job>> deletedJobs = jobTombstones.of(uid);
        List<Pod> pods = context.getSecondaryResourcesAsStream(Pod.class).toList();
        List<Pod> deletedPods =
                podTombstones.of(uid).stream().map(Tombstone::resource).toList();
        List<Job> jobs = context.getSecondaryResourcesAsStream(Job.class)
                .filter(job -> TaskLabels.belongsTo(task, job))
                .toList();
        ScheduledRuns neighbours = neighbours(task, jobs, deletedJobs);
        Stream<RunObserver> there =
                jobs.stream().map(job -> new RunObserver(job, pods, deletedPods, Optional.empty(), neighbours, now));
        Stream<RunObserver> gone = deletedJobs.stream()
                .map(grave -> new RunObserver(
                        grave.resource(), pods, deletedPods, Optional.of(grave.deletedAt()), neighbours, now));
        Map<Boolean, List<ObservedRun>> byCheck = Stream.concat(there, gone)
                .collect(Collectors.partitioningBy(
                        snapshot -> TaskLabels.isPreflight(snapshot.job()),
                        Collectors.mapping(RunObserver::observe, Collectors.toList())));
        return new Runs(
                byCheck.getOrDefault(false, List.of()),
                byCheck.getOrDefault(true, List.of()),
                deletedJobs.stream().map(Tombstone::resource).toList(),
                deletedPods,
                ScheduledRuns.trimmedBefore(
                        jobs, CronJobFactory.succeededToKeep(task), CronJobFactory.failedToKeep(task)));
    }

    /** With the last one that the status knows of: its Job may be gone. */
    private static ScheduledRuns neighbours(CrmScheduledTask task, List<Job> jobs, List<Tombstone<Job>> deleted) {
        Stream<ScheduledRun> there = jobs.stream().flatMap(job -> ScheduledRuns.of(job, Optional.empty()).stream());
        Stream<ScheduledRun> gone = deleted.stream()
                .flatMap(grave -> ScheduledRuns.of(grave.resource(), Optional.of(grave.deletedAt())).stream());
        CrmScheduledTaskStatus status = StoredStatus.of(task);
        Run last = status == null ? null : status.lastRun();
        Stream<ScheduledRun> told = last == null || last.scheduledTime() == null || last.completionTime() == null
                ? Stream.empty()
                : Stream.of(new ScheduledRun(
                        last.jobName(),
                        Instant.parse(last.scheduledTime()),
                        Instant.parse(last.scheduledTime()),
                        Instant.parse(last.completionTime())));
        return new ScheduledRuns(
                Stream.of(told, gone, there).flatMap(runs -> runs).toList(),
                task.getSpec().overlapOrDefault() == Overlap.REPLACE);
    }

    Runs with(List<ObservedRun> more) {
        return new Runs(
                Stream.concat(observed.stream(), more.stream()).toList(),
                checks,
                deletedJobs,
                deletedPods,
                trimmedBefore);
    }

    Runs map(UnaryOperator<ObservedRun> change) {
        return new Runs(
                observed.stream().map(change).toList(),
                checks.stream().map(change).toList(),
                deletedJobs,
                deletedPods,
                trimmedBefore);
    }

    /** When to look again at a run if no event comes. */
    Optional<Instant> again() {
        return all().filter(Running.class::isInstance)
                .flatMap(run -> ((Running) run).again().stream())
                .min(Comparator.naturalOrder());
    }

    /** Whether Kubernetes creates no pod for a run, or for a preflight. */
    boolean podMissing() {
        return all().anyMatch(run -> run instanceof Running running && running.lacksPod());
    }

    /** With Jobs that the watch has not reported. */
    Runs withLive(CrmScheduledTask task, List<Job> jobs, Instant now) {
        Set<String> known =
                observed.stream().map(run -> run.identity().jobName()).collect(Collectors.toSet());
        return new Runs(
                Stream.concat(
                                observed.stream(),
                                jobs.stream()
                                        .filter(job -> !TaskLabels.isPreflight(job)
                                                && !known.contains(
                                                        job.getMetadata().getName()))
                                        .map(job -> new RunObserver(job, now).observe()))
                        .toList(),
                checks,
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

    Optional<Instant> newestSlot() {
        return observed.stream()
                .flatMap(run -> run.identity().scheduledTime().stream())
                .max(Comparator.naturalOrder());
    }

    /** Whether a slot that comes now is skipped: Kubernetes would start it when the run that is active has ended. */
    boolean leavesOut(CrmScheduledTask task) {
        return task.getSpec().overlapOrDefault() == Overlap.SKIP
                && observed.stream()
                        .anyMatch(run -> run instanceof Running running
                                && !running.ending()
                                && running.identity().scheduledTime().isPresent());
    }

    /** To be called when the status holds what is known of them. A run that goes on may need its deleted pods. */
    void forget(CrmScheduledTask task, Tombstones<Job> jobTombstones, Tombstones<Pod> podTombstones) {
        String uid = task.getMetadata().getUid();
        Set<String> running = all().filter(Running.class::isInstance)
                .map(run -> run.identity().jobUid())
                .collect(Collectors.toSet());
        jobTombstones.forget(
                uid,
                deletedJobs.stream()
                        .filter(job -> !running.contains(job.getMetadata().getUid()))
                        .toList());
        podTombstones.forget(
                uid,
                deletedPods.stream().filter(pod -> !ownedByOne(pod, running)).toList());
    }

    private Stream<ObservedRun> all() {
        return Stream.concat(observed.stream(), checks.stream());
    }

    private static boolean ownedByOne(HasMetadata pod, Set<String> jobUids) {
        return pod.getMetadata().getOwnerReferences().stream().anyMatch(owner -> jobUids.contains(owner.getUid()));
    }
}
