package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes statuses whole, without a resource version: an edit of the spec in between is no conflict, and nobody else
 * writes the status. So that the next reconcile does not start from an older status that the cache may
 * still hold, the last ones written are kept here until the cache has caught up.
 */
final class StatusWriter {
    private static final int MOST_KEPT = 2_000;

    private final KubernetesClient client;
    private final Map<String, Written> byUid = new LinkedHashMap<>();

    private record Written(long resourceVersion, @Nullable CrmScheduledTaskStatus status) {}

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    synchronized @Nullable CrmScheduledTaskStatus latest(CrmScheduledTask task) {
        String uid = task.getMetadata().getUid();
        Written written = byUid.get(uid);
        if (written != null && written.resourceVersion() > version(task)) {
            return written.status();
        }
        byUid.remove(uid);
        return task.told();
    }

    void write(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        // A task that was deleted and made anew meanwhile does not inherit the old one's runs.
        String patch = """
                [{"op":"test","path":"/metadata/uid","value":"%s"},{"op":"add","path":"/status","value":%s}]""".formatted(
                task.getMetadata().getUid(), client.getKubernetesSerialization().asJson(status));
        CrmScheduledTask named = new CrmScheduledTask();
        named.setMetadata(JsonPatch.nameOf(task));
        CrmScheduledTask written = client.resource(named).subresource("status").patch(JsonPatch.CONTEXT, patch);
        keep(task.getMetadata().getUid(), new Written(version(written), status));
    }

    /** The cache has this version now. */
    synchronized void caughtUp(CrmScheduledTask cached) {
        byUid.computeIfPresent(
                cached.getMetadata().getUid(),
                (_, written) -> written.resourceVersion() > version(cached) ? written : null);
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
}
