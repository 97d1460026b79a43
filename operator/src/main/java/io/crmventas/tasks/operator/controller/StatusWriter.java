package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes whole statuses, and only over the status that the reconcile began from. A leader that was frozen until its
 * lease ran out would otherwise replace its successor's status, and lose runs that only that status holds.
 *
 * <p>The cache can still hold an older status when the next reconcile starts. So this class keeps the last written ones
 * until the cache has caught up.
 */
final class StatusWriter {
    /** The operator reads the API server's time from its answers, which have whole seconds. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private static final int MOST_KEPT = 2_000;

    private final KubernetesClient client;
    private final Map<String, Written> byUid = new LinkedHashMap<>();

    private record Written(long resourceVersion, CrmScheduledTaskStatus status) {}

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    synchronized CrmScheduledTaskStatus latest(CrmScheduledTask task) {
        String uid = task.uid();
        Written written = byUid.get(uid);
        if (written != null && written.resourceVersion() > version(task)) {
            return written.status();
        }
        byUid.remove(uid);
        return stored(task);
    }

    /**
     * @param previous the result of {@link #latest} when the reconcile began
     * @throws KubernetesClientException with code 409 if another operator has written a status since; the next call of
     *     {@link #latest} returns that status
     */
    void write(CrmScheduledTask task, CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        CrmScheduledTask named = new CrmScheduledTask();
        named.setMetadata(CronJobWriter.nameOf(task));
        String uid = task.uid();
        try {
            replace(named, uid, known(task), next);
        } catch (KubernetesClientException conflict) {
            CrmScheduledTask live = conflict.getCode() == HttpURLConnection.HTTP_CONFLICT
                    ? client.resource(named).get()
                    : null;
            // A task that was deleted and recreated must not inherit the runs of the old one.
            if (live == null || !uid.equals(live.uid())) {
                throw conflict;
            }
            if (!Objects.equals(previous, stored(live))) {
                keep(uid, new Written(version(live), stored(live)));
                throw conflict;
            }
            // Another client changed the spec or an annotation; the status is still the one we know.
            replace(named, uid, version(live), next);
        }
    }

    private void replace(CrmScheduledTask named, String uid, long version, CrmScheduledTaskStatus status) {
        String patch =
                """
                [{"op":"replace","path":"/metadata/resourceVersion","value":"%d"},
                {"op":"add","path":"/status","value":%s}]""".formatted(version, client.getKubernetesSerialization().asJson(status));
        CrmScheduledTask written = client.resource(named).subresource("status").patch(CronJobWriter.JSON_PATCH, patch);
        keep(uid, new Written(version(written), status));
    }

    private synchronized long known(CrmScheduledTask task) {
        Written written = byUid.get(task.uid());
        return written == null ? version(task) : Math.max(written.resourceVersion(), version(task));
    }

    /** Drops the kept status of a task when the cache has this version. */
    synchronized void caughtUp(CrmScheduledTask cached) {
        byUid.computeIfPresent(
                cached.uid(), (_, written) -> written.resourceVersion() > version(cached) ? written : null);
    }

    private synchronized void keep(String uid, Written written) {
        byUid.put(uid, written);
        if (byUid.size() > MOST_KEPT) {
            byUid.remove(byUid.keySet().iterator().next());
        }
    }

    private static long version(CrmScheduledTask task) {
        return Long.parseLong(task.getMetadata().getResourceVersion());
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
