package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.operator.desired.TaskLabels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deleted Jobs or pods as they were last seen, until their run is in the status. Kubernetes may delete them the moment
 * they end (history limits, deadlines), before a reconcile has read the cache that they vanish from.
 *
 * <p>Lost on a restart, like everything in memory; then the cluster tells what it still knows.
 */
final class Tombstones<R extends HasMetadata> {
    /** Far more than can pile up between two reconciles; a bound all the same. */
    private static final int MOST_PER_TASK = 200;

    private final Map<String, Map<String, Tombstone<R>>> byTask = new LinkedHashMap<>();

    record Tombstone<R>(R resource, Instant deletedAt) {}

    synchronized void add(R resource, Instant deletedAt) {
        Map<String, Tombstone<R>> graves = byTask.computeIfAbsent(taskUid(resource), uid -> new LinkedHashMap<>());
        graves.put(resource.getMetadata().getUid(), new Tombstone<>(resource, deletedAt));
        if (graves.size() > MOST_PER_TASK) {
            graves.remove(graves.keySet().iterator().next());
        }
    }

    synchronized List<Tombstone<R>> of(String taskUid) {
        return List.copyOf(byTask.getOrDefault(taskUid, Map.of()).values());
    }

    synchronized void forget(String taskUid, Collection<R> resources) {
        Map<String, Tombstone<R>> graves = byTask.get(taskUid);
        if (graves != null) {
            resources.forEach(resource -> graves.remove(resource.getMetadata().getUid()));
            if (graves.isEmpty()) {
                byTask.remove(taskUid);
            }
        }
    }

    private static String taskUid(HasMetadata resource) {
        return resource.getMetadata().getLabels().getOrDefault(TaskLabels.TASK_UID, "");
    }
}
