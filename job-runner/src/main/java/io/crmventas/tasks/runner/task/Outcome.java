package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.task.output.Doorbell;
import io.crmventas.tasks.runner.task.output.Notification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a run has achieved so far. It outlives an attempt: what is committed stays done when a later step fails. */
public final class Outcome {
    /** A message to Redis after the commit. Losing one is allowed, because the database holds the truth. */
    public sealed interface Publication {
        /** PUBLISH: reaches the screens that listen now. */
        record Message(String channel, String json) implements Publication {}

        /** SET with expiry: fills the CRM's cache. */
        record CacheEntry(String key, String json, Duration expiry) implements Publication {}
    }

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Publication> publications = new ArrayList<>();
    private final Doorbell doorbell = new Doorbell();
    private boolean redis = true;

    /** Call after the commit. */
    public void count(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    /** Call before each attempt of a dry run. The last attempt was rolled back, so this one counts its rows again. */
    public void clearCounts() {
        counts.clear();
    }

    /** The same warning twice (two attempts) is one. */
    public void warn(String warning) {
        warnings.add(warning);
    }

    /** Redis is off: a task need not prepare messages for it. */
    public void withoutRedis() {
        redis = false;
    }

    public boolean redis() {
        return redis;
    }

    /** Call after the commit. */
    public void publish(Publication publication) {
        publications.add(publication);
    }

    /** Call after the commit. Each recipient gets one message that sums up the whole run. */
    public void ring(Collection<Notification> committed) {
        doorbell.add(committed);
    }

    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public List<Publication> publications() {
        return Stream.concat(publications.stream(), doorbell.messages().stream())
                .toList();
    }
}
