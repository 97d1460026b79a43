package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.History;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunObserver;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.run.ScheduledRuns;
import io.crmventas.tasks.operator.run.ScheduledRuns.ScheduledRun;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.watch.DeletedResources.Deletion;
import io.crmventas.tasks.operator.watch.Watches;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a task's runs from the caches and the deleted resources. It asks the API server for a run that both lack. */
final class RunReader {
    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Watches watches;
    private final EventReader events;

    RunReader(KubernetesClient client, Watches watches, EventReader events) {
        this.client = client;
        this.watches = watches;
        this.events = events;
    }

    TaskRuns read(CrmScheduledTask task, CrmScheduledTaskStatus previous, FailedCalls failed, Instant now) {
        TaskRuns seen = seen(task, previous, now);
        return events.explain(task, seen.with(unseen(task, seen, previous, failed, now), seen.trimmedBefore()));
    }

    private TaskRuns seen(CrmScheduledTask task, CrmScheduledTaskStatus previous, Instant now) {
        // A Job can move from the cache to the deleted Jobs between the two reads, so we read the deleted ones first.
        List<Deletion<Job>> deletedJobs = watches.deletedJobs().read(task);
        List<Pod> pods = List.copyOf(watches.informers().pods().getSecondaryResources(task));
        List<Pod> deletedPods = watches.deletedPods().read(task).stream()
                .map(Deletion::resource)
                .toList();
        List<Job> jobs = watches.informers().jobs().getSecondaryResources(task).stream()
                .filter(job -> TaskLabels.belongsTo(task, job))
                .toList();
        ScheduledRuns scheduled = scheduled(task, jobs, deletedJobs, previous);
        Stream<RunObserver> there =
                jobs.stream().map(job -> new RunObserver(job, pods, deletedPods, Optional.empty(), scheduled, now));
        Stream<RunObserver> gone = deletedJobs.stream()
                .map(deleted -> new RunObserver(
                        deleted.resource(), pods, deletedPods, Optional.of(deleted.deletedAt()), scheduled, now));
        Map<Boolean, List<ObservedRun>> byPreflight = Stream.concat(there, gone)
                .collect(Collectors.partitioningBy(
                        observer -> TaskLabels.isPreflight(observer.job()),
                        Collectors.mapping(RunObserver::observe, Collectors.toList())));
        return new TaskRuns(
                byPreflight.getOrDefault(false, List.of()),
                byPreflight.getOrDefault(true, List.of()),
                deletedJobs.stream().map(Deletion::resource).toList(),
                deletedPods,
                trimmedBefore(task, jobs));
    }

    /** Adds the last run of the status, because its Job can be deleted. */
    private static ScheduledRuns scheduled(
            CrmScheduledTask task, List<Job> jobs, List<Deletion<Job>> deleted, CrmScheduledTaskStatus previous) {
        Stream<ScheduledRun> there = jobs.stream().flatMap(job -> ScheduledRuns.of(job, Optional.empty()).stream());
        Stream<ScheduledRun> gone = deleted.stream()
                .flatMap(job -> ScheduledRuns.of(job.resource(), Optional.of(job.deletedAt())).stream());
        Run last = previous.lastRun();
        Stream<ScheduledRun> recorded = Optional.ofNullable(last).stream()
                .filter(run -> run.scheduledTime() != null && run.completionTime() != null)
                .map(run -> new ScheduledRun(
                        run.jobName(), run.scheduledTime(), run.scheduledTime(), run.completionTime()));
        return new ScheduledRuns(
                Stream.of(recorded, gone, there).flatMap(runs -> runs).toList(),
                task.getSpec().overlap() == Overlap.REPLACE);
    }

    private static Optional<Instant> trimmedBefore(CrmScheduledTask task, List<Job> jobs) {
        History limits = task.getSpec().historyOrDefault();
        return ScheduledRuns.trimmedBefore(jobs, limits.succeeded(), limits.failed());
    }

    /**
     * Reads the active runs of the status that the cache and the deleted Jobs lack. They ended while no operator was
     * running, and Kubernetes' history limits deleted their Jobs when the next ones ended.
     */
    private List<ObservedRun> unseen(
            CrmScheduledTask task, TaskRuns seen, CrmScheduledTaskStatus previous, FailedCalls failed, Instant now) {
        Set<String> known = seen.jobNames();
        Optional<Instant> last = Optional.ofNullable(previous.lastScheduleTime());
        List<RunIdentity> lost = previous.active().stream()
                .filter(job -> !known.contains(job))
                .map(job -> RunIdentity.named(job, previous.dryRun(job), task.name(), last, now))
                .toList();
        if (lost.isEmpty()) {
            return List.of();
        }
        // We ask the API server, because the cache can be older than the status that another replica wrote.
        Optional<List<Job>> live = live(task, failed);
        return lost.stream()
                .map(run -> live.map(jobs -> unseen(task, run, jobs, now)).orElseGet(() -> active(run, now)))
                .toList();
    }

    private ObservedRun unseen(CrmScheduledTask task, RunIdentity identity, List<Job> live, Instant now) {
        Optional<Job> job = live.stream()
                .filter(found -> identity.jobName().equals(found.getMetadata().getName()))
                .findFirst();
        if (job.isPresent()) {
            ObservedRun run = new RunObserver(job.get(), now).observe();
            // The watch is late, or another client removed our label from the Job.
            return run instanceof Running ? active(run.identity(), now) : run;
        }
        // The Job can move from the cache to the deleted Jobs while the operator reads both.
        if (watches.deletedJobs().read(task).stream()
                .anyMatch(deleted -> identity.jobName()
                        .equals(deleted.resource().getMetadata().getName()))) {
            return new Running(identity, Optional.empty(), true, true, Optional.empty());
        }
        // The end of the run is unknown. We use the scheduled time, because later runs may have ended since.
        return Finished.unreported(
                identity,
                identity.scheduledTime().orElse(now),
                1,
                new RunProblem(Reason.JOB_DELETED, "The Job ended and was deleted while no operator was running."));
    }

    private static Running active(RunIdentity identity, Instant now) {
        return new Running(identity, Optional.empty(), false, true, Optional.of(now.plus(RECHECK)));
    }

    /** Adds the runs of live Jobs that the watch has not reported yet. Returns empty if the call failed. */
    Optional<TaskRuns> withLive(CrmScheduledTask task, TaskRuns runs, FailedCalls failed, Instant now) {
        Set<String> known = runs.jobNames();
        return live(task, failed).map(jobs -> {
            List<ObservedRun> added = jobs.stream()
                    .filter(job -> !TaskLabels.isPreflight(job)
                            && !known.contains(job.getMetadata().getName()))
                    .map(job -> new RunObserver(job, now).observe())
                    .toList();
            return runs.with(added, trimmedBefore(task, jobs));
        });
    }

    private Optional<List<Job>> live(CrmScheduledTask task, FailedCalls failed) {
        try {
            return Optional.of(client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(task.namespace())
                    .withLabel(TaskLabels.TASK_UID, task.uid())
                    .list()
                    .getItems());
        } catch (KubernetesClientException error) {
            failed.add("list the Jobs of task " + task.name(), error);
            return Optional.empty();
        }
    }

    /** Forgets the deleted resources of these runs once the status holds them. An active run keeps its deleted pods. */
    void forget(TaskRuns runs) {
        Set<String> running = runs.running().map(run -> run.identity().jobUid()).collect(Collectors.toSet());
        watches.deletedJobs()
                .forget(runs.deletedJobs().stream()
                        .filter(job -> !running.contains(job.getMetadata().getUid()))
                        .toList());
        watches.deletedPods()
                .forget(runs.deletedPods().stream()
                        .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                                .noneMatch(owner -> running.contains(owner.getUid())))
                        .toList());
    }
}
