package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.JobFactory;
import io.crmventas.tasks.operator.status.Halt;
import io.crmventas.tasks.operator.status.Placement;
import io.crmventas.tasks.operator.suspension.Probe;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the tries of tasks that paused themselves. */
final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
    /** Answers that another try at once would not change; the next one is made in its time. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 422);

    private final KubernetesClient client;
    private final RunnerSettings settings;

    Probes(KubernetesClient client, RunnerSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** When one is to be made if nothing happens before; a run that goes on may tell as much. */
    static Optional<Instant> due(Halt halt, Placement placement, Runs runs) {
        return placement instanceof Placement.InPlace && !runs.active() ? Probe.due(halt) : Optional.empty();
    }

    /** With the one made that is due now. */
    Halt make(CrmScheduledTask task, Halt halt, Placement placement, Runs runs, FailedCalls failed, Instant now) {
        if (due(halt, placement, runs).filter(due -> !now.isBefore(due)).isEmpty()) {
            return halt;
        }
        Breaker open = halt.breaker().orElseThrow();
        String job = Probe.jobName(task, open);
        try {
            client.resource(JobFactory.trialRun(task, job, settings)).create();
            return halt.with(Probe.made(task, open, now));
        } catch (KubernetesClientException error) {
            // An operator that was killed between the Job and the status left the Job.
            if (FailedCalls.alreadyExists(error)) {
                return halt.with(Probe.made(task, open, now));
            }
            if (!REFUSALS.contains(error.getCode())) {
                failed.add("create Job " + job, error);
                return halt;
            }
            LOG.atWarn()
                    .addKeyValue("namespace", task.getMetadata().getNamespace())
                    .addKeyValue("job", job)
                    .setCause(error)
                    .log("Kubernetes refused the Job of a trial run; the operator tries again at the next time");
            return halt.with(Probe.refused(task, open, now));
        }
    }
}
