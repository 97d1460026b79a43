package io.crmventas.tasks.runner.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run has achieved so far. It outlives an attempt: what is committed stays done when a later step fails. */
public final class Outcome {
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Publication> publications = new ArrayList<>();

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

    /** Call after the commit. */
    public void publish(Publication publication) {
        publications.add(publication);
    }

    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public List<Publication> publications() {
        return List.copyOf(publications);
    }
}
