package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.watch.CacheTrimming;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes whole statuses, and only over the status that the reconcile began from. A leader that was frozen until its
 * lease ran out would otherwise replace its successor's status, and lose runs that only that status holds.
 */
final class StatusWriter {
    /** The operator reads the API server's time from its answers, which have whole seconds. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private final KubernetesClient client;

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @param task the task as the reconcile read it
     * @param newest receives the task if another client has changed it since; the next reconcile reads that change
     * @return the task with the written status
     * @throws KubernetesClientException with code 409 if another client has changed the task since
     */
    CrmScheduledTask write(CrmScheduledTask task, CrmScheduledTaskStatus next, Consumer<CrmScheduledTask> newest) {
        CrmScheduledTask named = new CrmScheduledTask();
        named.setMetadata(CronJobWriter.nameOf(task));
        String patch = """
                [{"op":"replace","path":"/metadata/resourceVersion","value":"%s"},
                {"op":"add","path":"/status","value":%s}]""".formatted(
                        task.getMetadata().getResourceVersion(),
                        client.getKubernetesSerialization().asJson(next));
        try {
            return CacheTrimming.metadata(
                    client.resource(named).subresource("status").patch(CronJobWriter.JSON_PATCH, patch));
        } catch (KubernetesClientException conflict) {
            if (conflict.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                Optional.ofNullable(client.resource(named).get())
                        .map(CacheTrimming::metadata)
                        .ifPresent(newest);
            }
            throw conflict;
        }
    }

    /**
     * Returns the status of a task if the operator has written it for this object, or else an empty one. A backup tool
     * restores a task with the status of an earlier object. With that status the task would start what was due then, or
     * count every start since the backup as missed.
     */
    static CrmScheduledTaskStatus stored(CrmScheduledTask task) {
        CrmScheduledTaskStatus status = task.reportedStatus();
        Instant created =
                Instant.parse(task.getMetadata().getCreationTimestamp()).minus(SKEW);
        boolean older = !status.conditions().isEmpty()
                && status.conditions().stream()
                        .map(Condition::lastTransitionTime)
                        .allMatch(created::isAfter);
        return older ? CrmScheduledTaskStatus.EMPTY : status;
    }
}
