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
 * The last state of deleted Jobs or pods, until their run is in the status. Kubernetes can delete them the moment they end
 * (history limits, deadlines), before a reconcile has read them from the cache.
 *
 * <p>A restart loses them, like everything in memory; then the operator uses what the cluster still holds.
 */
public final class DeletedResources<R extends HasMetadata> {
    /** Far more than Kubernetes deletes between two reconciles. */
    private static final int MOST_PER_TASK = 200;

    /** No reconcile removes the resources of a task that is deleted before its next reconcile. */
    static final int MOST_TASKS = 5_000;

    /**
     * Every replica observes deletions, and only the leader reads and forgets them. A replica that takes over needs what the
     * leader had not written: of the 20 s until the lease runs out, and some more, because the API server can refuse a
     * status for a while. Half an hour of 5,000 tasks that run every five minutes would fill the memory.
     *
     * <p>The leader drops nothing by age, however long it has to try again: it leads until its process ends.
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

    /** Only the leader calls it. */
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
