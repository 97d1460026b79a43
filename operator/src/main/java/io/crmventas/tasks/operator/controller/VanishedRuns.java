package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunObserver;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs that the status calls active, and of which neither the cache nor the deleted Jobs know: they ended while no
 * operator looked, and Kubernetes' history limits took their Jobs when the next ones ended.
 */
final class VanishedRuns {
    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Tombstones<Job> deletedJobs;

    VanishedRuns(KubernetesClient client, Tombstones<Job> deletedJobs) {
        this.client = client;
        this.deletedJobs = deletedJobs;
    }

    Runs addTo(Runs runs, CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        if (previous == null || previous.active() == null) {
            return runs;
        }
        Set<String> known =
                runs.observed().stream().map(run -> run.identity().jobName()).collect(Collectors.toSet());
        List<String> missing =
                previous.active().stream().filter(job -> !known.contains(job)).toList();
        if (missing.isEmpty()) {
            return runs;
        }
        Optional<Instant> lastSlot =
                Optional.ofNullable(previous.lastScheduleTime()).map(Instant::parse);
        return runs.with(missing.stream()
                .map(job -> run(task, RunIdentity.named(job, task.getMetadata().getName(), lastSlot, now), now))
                .toList());
    }

    private ObservedRun run(CrmScheduledTask task, RunIdentity identity, Instant now) {
        Optional<Job> job = find(task, identity.jobName());
        if (job.isPresent()) {
            return observe(job.get(), now);
        }
        if (buried(task, identity.jobName())) {
            return new Running(identity, Optional.empty(), true, true, Optional.empty());
        }
        // When it ended nobody knows. At its slot at the earliest: later ones may have come since.
        return new Unreported(
                identity,
                identity.scheduledTime().orElse(now),
                1,
                Cause.JOB_DELETED,
                "The Job ended and was deleted while no operator looked.");
    }

    /** A Job that is not in the cache: the watch is late, or another client took our label off the Job. */
    private static ObservedRun observe(Job job, Instant now) {
        ObservedRun run = new RunObserver(job, now).observe();
        return run instanceof Running running
                ? new Running(running.identity(), Optional.empty(), false, true, Optional.of(now.plus(RECHECK)))
                : run;
    }

    /** Asks Kubernetes: the cache may be behind the status that another replica wrote. */
    private Optional<Job> find(CrmScheduledTask task, String job) {
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
    private boolean buried(CrmScheduledTask task, String job) {
        return deletedJobs.of(task.getMetadata().getUid()).stream()
                .anyMatch(grave -> job.equals(grave.resource().getMetadata().getName()));
    }
}
