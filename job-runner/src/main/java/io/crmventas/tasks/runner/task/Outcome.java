package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.NotificationMessages;
import io.crmventas.tasks.runner.task.output.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Collects what a run has done so far. It outlives an attempt, because a later failure does not undo a commit. After
 * SIGTERM another thread can read it while the run still works.
 */
public final class Outcome {
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Publication> publications = new ArrayList<>();
    private final List<Notification> notifications = new ArrayList<>();
    private boolean redis = true;

    /** Call this after the commit. */
    public synchronized void count(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    /** Call this before each attempt of a dry run. The last attempt was rolled back, so this one counts its rows again. */
    public synchronized void clearCounts() {
        counts.clear();
    }

    /** Adds a warning. Two attempts can add the same warning, which the report then has once. */
    public synchronized void warn(String warning) {
        warnings.add(warning);
    }

    /** Records that Redis is off, so that a task prepares no messages for it. */
    public void withoutRedis() {
        redis = false;
    }

    public boolean redis() {
        return redis;
    }

    /** Call this after the commit. */
    public synchronized void publish(Publication publication) {
        publications.add(publication);
    }

    /** Call this after the commit. Each recipient gets one message about all new notifications of the run. */
    public synchronized void addNotifications(Collection<Notification> committed) {
        notifications.addAll(committed);
    }

    public synchronized Map<String, Long> counts() {
        return new LinkedHashMap<>(counts);
    }

    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    public synchronized List<Publication> publications() {
        return Stream.concat(publications.stream(), new NotificationMessages(notifications).messages())
                .toList();
    }
}
