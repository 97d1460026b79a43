package io.crmventas.tasks.operator.watch;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Keeps the last state of deleted Jobs or pods until the status holds their run. Kubernetes can delete them at their
 * end (history limits, deadlines), before a reconcile has read them from the cache.
 *
 * <p>A restart loses these states. The operator then uses what the cluster still holds.
 */
public final class DeletedResources<R extends HasMetadata> {
    /** No reconcile removes the resources of a task that is deleted before its next reconcile. */
    static final int MOST = 10_000;

    /**
     * Every replica observes deletions, and only the leader reads and forgets them. A new leader needs what the old one
     * had not written: the last 20 s, and more if the API server refused statuses. But half an hour of 5,000 tasks that
     * run every five minutes would fill the memory.
     *
     * <p>The leader drops nothing by age, even after a long time of retries, because it leads until its process ends.
     */
    private static final Duration OLDEST_WITHOUT_LEAD = Duration.ofMinutes(10);

    /** The key is the UID of the resource. */
    private final SequencedMap<String, Deletion<R>> oldestFirst = new LinkedHashMap<>();

    private boolean leads;

    public record Deletion<R>(R resource, Instant deletedAt) {}

    synchronized void add(R resource, Instant deletedAt) {
        oldestFirst.put(resource.getMetadata().getUid(), new Deletion<>(resource, deletedAt));
        Instant oldest = leads ? Instant.MIN : deletedAt.minus(OLDEST_WITHOUT_LEAD);
        while (oldestFirst.size() > MOST
                || oldestFirst.firstEntry().getValue().deletedAt().isBefore(oldest)) {
            oldestFirst.pollFirstEntry();
        }
    }

    /** Only the leader calls this method. */
    public synchronized List<Deletion<R>> read(CrmScheduledTask task) {
        leads = true;
        return oldestFirst.values().stream()
                .filter(deletion -> TaskLabels.belongsTo(task, deletion.resource()))
                .toList();
    }

    public synchronized void forget(Collection<R> resources) {
        resources.forEach(resource -> oldestFirst.remove(resource.getMetadata().getUid()));
    }
}
