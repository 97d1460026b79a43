package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why Kubernetes creates no Job or no pod, or why a pod does not start. Its controllers and the kubelet write
 * the cause, such as the name of a quota or of a missing volume, only into an Event. The operator reads these Events
 * only when a Job or a pod is late, so that it sends no request while all is well.
 */
final class EventReader {
    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

    private static final Map<String, String> FAILED_CREATE = Map.of("reason", "FailedCreate");

    private final KubernetesClient client;

    EventReader(KubernetesClient client) {
        this.client = client;
    }

    TaskRuns explain(CrmScheduledTask task, TaskRuns runs) {
        return runs.map(
                run -> run instanceof Running running && running.explainedByEvent() ? explain(task, running) : run);
    }

    private ObservedRun explain(CrmScheduledTask task, Running running) {
        Instant since = running.identity().startTime().orElse(Instant.EPOCH);
        RunProblem problem = running.problem().orElseThrow();
        Optional<RunProblem> explained = problem.pod().isPresent()
                ? find(task, "Pod", problem.pod().get(), Map.of("type", "Warning"), since)
                        .map(cause -> new RunProblem(problem.reason(), problem.detail() + " " + cause))
                : find(task, "Job", running.identity().jobName(), FAILED_CREATE, since)
                        .map(answer -> new RunProblem(Reason.NO_POD, answer));
        return running.with(explained.orElse(problem));
    }

    /**
     * Returns the API server's answer to the CronJob controller.
     *
     * @param since the scheduled time that Kubernetes did not start; earlier answers concern other starts
     */
    Optional<String> ofCronJob(CrmScheduledTask task, Instant since) {
        return find(task, "CronJob", task.name(), FAILED_CREATE, since);
    }

    private Optional<String> find(
            CrmScheduledTask task, String kind, String name, Map<String, String> which, Instant since) {
        try {
            return client
                    .events()
                    .v1()
                    .events()
                    .inNamespace(task.namespace())
                    .withFields(Map.of("regarding.kind", kind, "regarding.name", name))
                    .withFields(which)
                    .list()
                    .getItems()
                    .stream()
                    .filter(event -> !time(event).isBefore(since))
                    .max(Comparator.comparing(EventReader::time))
                    .map(Event::getNote);
        } catch (KubernetesClientException failed) {
            // The status is right without the Events. With the role of an earlier chart the operator may not list them.
            LOG.atDebug()
                    .addKeyValue("namespace", task.namespace())
                    .addKeyValue("name", name)
                    .setCause(failed)
                    .log("The operator cannot read Events");
            return Optional.empty();
        }
    }

    private static Instant time(Event event) {
        return Optional.ofNullable(event.getSeries())
                .map(series -> series.getLastObservedTime())
                .or(() -> Optional.ofNullable(event.getEventTime()))
                .map(MicroTime::getTime)
                .or(() -> Optional.ofNullable(event.getDeprecatedLastTimestamp()))
                .or(() -> Optional.ofNullable(event.getMetadata().getCreationTimestamp()))
                .flatMap(TimeText::parse)
                .orElse(Instant.EPOCH);
    }
}
