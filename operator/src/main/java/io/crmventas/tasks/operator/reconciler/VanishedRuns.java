package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.desired.TaskLabels;
import io.crmventas.tasks.operator.observed.NoReport;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Running;
import io.crmventas.tasks.operator.observed.ObservedRun.Unreported;
import io.crmventas.tasks.operator.observed.RunIdentity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
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
        if (exists(task, identity.jobName())) {
            return new Running(identity, Optional.empty(), true);
        }
        // When it ended nobody knows. At its slot at the earliest: later ones may have come since.
        return new Unreported(
                identity,
                identity.scheduledTime().orElse(now),
                1,
                NoReport.JOB_DELETED,
                "The Job ended and was deleted while no operator looked.");
    }

    /** Asks Kubernetes: the cache may be behind the status that another replica wrote. */
    private boolean exists(CrmScheduledTask task, String job) {
        boolean there = client
                .batch()
                .v1()
                .jobs()
                .inNamespace(task.getMetadata().getNamespace())
                .withField("metadata.name", job)
                .list()
                .getItems()
                .stream()
                .anyMatch(found -> TaskLabels.belongsTo(task, found));
        // It may have been on its way from the one to the other while both were read.
        return there
                || deletedJobs.of(task.getMetadata().getUid()).stream()
                        .anyMatch(grave ->
                                job.equals(grave.resource().getMetadata().getName()));
    }
}
