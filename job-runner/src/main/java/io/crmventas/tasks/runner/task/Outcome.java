package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.task.output.Publication;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a run has achieved so far. It outlives an attempt: what is committed stays done when a later step fails. */
public final class Outcome {
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Publication> publications = new ArrayList<>();
    private final List<Supplier<List<Publication>>> later = new ArrayList<>();
    private boolean redis = true;

    /** Call after the commit. */
    public void count(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    /** For another attempt of a dry run: what the attempt before counted was rolled back and is found again. */
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

    /** For messages that sum up what a whole run committed. They are asked for when the work has ended. */
    public void publishAtEnd(Supplier<List<Publication>> messages) {
        later.add(messages);
    }

    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public List<Publication> publications() {
        return Stream.concat(publications.stream(), later.stream().flatMap(messages -> messages.get().stream()))
                .toList();
    }
}
