package io.crmventas.tasks.operator.watch;

import io.crmventas.tasks.operator.resources.TaskLabels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the last state of deleted Jobs or pods until the status holds their run. Kubernetes can delete them at their
 * end (history limits, deadlines), before a reconcile has read them from the cache.
 *
 * <p>A restart loses these states. The operator then uses what the cluster still holds.
 */
public final class DeletedResources<R extends HasMetadata> {
    /** This limit is far above what Kubernetes deletes between two reconciles. */
    private static final int MOST_PER_TASK = 200;

    /** No reconcile removes the resources of a task that is deleted before its next reconcile. */
    static final int MOST_TASKS = 5_000;

    /**
     * Every replica observes deletions, and only the leader reads and forgets them. A new leader needs what the old one
     * had not written: the last 20 s, and more if the API server refused statuses. But half an hour of 5,000 tasks that
     * run every five minutes would fill the memory.
     *
     * <p>The leader drops nothing by age, even after a long time of retries, because it leads until its process ends.
     */
    private static final Duration OLDEST_WITHOUT_LEAD = Duration.ofMinutes(10);

    private final Map<String, Map<String, Deletion<R>>> byTask = new LinkedHashMap<>();
    private boolean leads;

    public record Deletion<R>(R resource, Instant deletedAt) {}

    synchronized void add(R resource, Instant deletedAt) {
        Map<String, Deletion<R>> deleted = byTask.computeIfAbsent(taskUid(resource), uid -> new LinkedHashMap<>());
        deleted.put(resource.getMetadata().getUid(), new Deletion<>(resource, deletedAt));
        if (deleted.size() > MOST_PER_TASK) {
            deleted.remove(deleted.keySet().iterator().next());
        }
        if (byTask.size() > MOST_TASKS) {
            byTask.remove(byTask.keySet().iterator().next());
        }
        if (!leads) {
            dropBefore(deletedAt.minus(OLDEST_WITHOUT_LEAD));
        }
    }

    /** Only the leader calls this method. */
    public synchronized List<Deletion<R>> read(String taskUid) {
        leads = true;
        return List.copyOf(byTask.getOrDefault(taskUid, Map.of()).values());
    }

    public synchronized void forget(String taskUid, Collection<R> resources) {
        Map<String, Deletion<R>> deleted = byTask.get(taskUid);
        if (deleted != null) {
            resources.forEach(resource -> deleted.remove(resource.getMetadata().getUid()));
            if (deleted.isEmpty()) {
                byTask.remove(taskUid);
            }
        }
    }

    private void dropBefore(Instant oldest) {
        byTask.values().removeIf(deleted -> {
            Iterator<Deletion<R>> oldestFirst = deleted.values().iterator();
            while (oldestFirst.hasNext() && oldestFirst.next().deletedAt().isBefore(oldest)) {
                oldestFirst.remove();
            }
            return deleted.isEmpty();
        });
    }

    private static String taskUid(HasMetadata resource) {
        return resource.getMetadata().getLabels().getOrDefault(TaskLabels.TASK_UID, "");
    }
}
