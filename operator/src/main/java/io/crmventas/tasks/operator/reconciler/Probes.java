package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.operator.desired.DesiredRunJob;
import io.crmventas.tasks.operator.desired.RunnerSettings;
import io.crmventas.tasks.operator.pause.Probe;
import io.crmventas.tasks.operator.status.Halt;
import io.crmventas.tasks.operator.status.Placement;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
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
    Halt make(CrmScheduledTask task, Halt halt, Placement placement, Runs runs, Instant now) {
        if (due(halt, placement, runs).filter(due -> !now.isBefore(due)).isEmpty()) {
            return halt;
        }
        Breaker open = halt.breaker().orElseThrow();
        create(task, Probe.jobName(task, open));
        return halt.with(Probe.made(task, open, now));
    }

    private void create(CrmScheduledTask task, String job) {
        try {
            client.resource(DesiredRunJob.probe(task, job, settings)).create();
        } catch (KubernetesClientException error) {
            // Killed between the Job and the status, we find the Job.
            if (error.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return;
            }
            if (!REFUSALS.contains(error.getCode())) {
                throw error;
            }
            LOG.atWarn()
                    .addKeyValue("namespace", task.getMetadata().getNamespace())
                    .addKeyValue("job", job)
                    .setCause(error)
                    .log("Kubernetes refused the Job of a try");
        }
    }
}
