package io.crmventas.tasks.operator.controller;

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
 * Deleted Jobs or pods as they were last seen, until their run is in the status. Kubernetes may delete them the moment
 * they end (history limits, deadlines), before a reconcile has read the cache that they vanish from.
 *
 * <p>Lost on a restart, like everything in memory; then the cluster tells what it still knows.
 */
final class Tombstones<R extends HasMetadata> {
    /** Far more than can pile up between two reconciles; a bound all the same. */
    private static final int MOST_PER_TASK = 200;

    /** Nobody forgets what is left of a task that is deleted before its next reconcile. */
    static final int MOST_TASKS = 5_000;

    /**
     * Every replica hears of what is deleted, and only the one that leads reads and forgets it. One that takes over needs
     * what the other had not told: of the 20 s until the lease runs out, and some more, for a status may be refused for a
     * while. Half an hour of 5,000 tasks, each run every five minutes, would fill the memory.
     *
     * <p>The replica that leads drops nothing by age, however long it has to try again: it goes on leading to its end.
     */
    private static final Duration OLDEST_WITHOUT_LEAD = Duration.ofMinutes(10);

    private final Map<String, Map<String, Tombstone<R>>> byTask = new LinkedHashMap<>();
    private boolean leads;

    record Tombstone<R>(R resource, Instant deletedAt) {}

    synchronized void add(R resource, Instant deletedAt) {
        Map<String, Tombstone<R>> graves = byTask.computeIfAbsent(taskUid(resource), uid -> new LinkedHashMap<>());
        graves.put(resource.getMetadata().getUid(), new Tombstone<>(resource, deletedAt));
        if (graves.size() > MOST_PER_TASK) {
            graves.remove(graves.keySet().iterator().next());
        }
        if (byTask.size() > MOST_TASKS) {
            byTask.remove(byTask.keySet().iterator().next());
        }
        if (!leads) {
            dropBefore(deletedAt.minus(OLDEST_WITHOUT_LEAD));
        }
    }

    /** To be called by a replica that leads. */
    synchronized List<Tombstone<R>> of(String taskUid) {
        leads = true;
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

    private void dropBefore(Instant oldest) {
        byTask.values().removeIf(graves -> {
            Iterator<Tombstone<R>> oldestFirst = graves.values().iterator();
            while (oldestFirst.hasNext() && oldestFirst.next().deletedAt().isBefore(oldest)) {
                oldestFirst.remove();
            }
            return graves.isEmpty();
        });
    }

    private static String taskUid(HasMetadata resource) {
        return resource.getMetadata().getLabels().getOrDefault(TaskLabels.TASK_UID, "");
    }
}
