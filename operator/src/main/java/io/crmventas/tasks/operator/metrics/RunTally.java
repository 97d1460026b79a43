package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was counted of the runs of one task since this replica leads. */
final class RunTally {
    private static final String SCHEDULED = "Scheduled";
    /** Words of foreign reports become labels: not too many, not too long. */
    private static final int MOST_WORDS = 32;

    private static final int LONGEST_WORD = 64;
    private static final String OTHER = "Other";

    private final Map<Ending, Double> runs = new LinkedHashMap<>();
    private final Map<String, Double> failures = new LinkedHashMap<>();
    private final Map<String, Double> items = new LinkedHashMap<>();
    private final Map<String, Double> corrected = new LinkedHashMap<>();
    private final Buckets durations = new Buckets(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600);
    private final Buckets delays = new Buckets(1, 2, 3, 5, 10, 30, 60, 120, 300, 900);

    private record Ending(String result, String trigger) {}

    /**
     * The usual endings and items are there from the start: Prometheus counts no increase of a series that begins at 1.
     */
    RunTally(List<String> usualItems) {
        usualItems.forEach(item -> items.put(item, 0.0));
        List.of(RunResult.SUCCEEDED, RunResult.NO_WORK, RunResult.PARTIAL, RunResult.FAILED)
                .forEach(result -> runs.put(new Ending(result.text(), SCHEDULED), 0.0));
    }

    synchronized void add(Run run) {
        String trigger = Objects.requireNonNullElse(run.trigger(), OTHER);
        runs.merge(new Ending(run.result(), trigger), 1.0, Double::sum);
        startDelay(run, trigger);
        if (RunResult.of(run.result()).failure()) {
            count(failures, Objects.requireNonNullElse(run.reason(), OTHER), 1L);
        }
        if (run.counts() != null) {
            run.counts().forEach((item, number) -> count(items, item, number));
        }
        if (run.durationSeconds() != null) {
            durations.observe(run.durationSeconds());
        }
    }

    /** Of a run that was counted with another result. */
    synchronized void correct(String result) {
        corrected.merge(result, 1.0, Double::sum);
    }

    private void startDelay(Run run, String trigger) {
        Instant due = Times.instant(run.scheduledTime());
        Instant start = Times.instant(run.startTime());
        if (trigger.equals(SCHEDULED) && due != null && start != null) {
            delays.observe(Math.max(0, Duration.between(due, start).toMillis()) / 1000.0);
        }
    }

    private static void count(Map<String, Double> counts, String word, @Nullable Long number) {
        if (number != null && number >= 0) {
            String kept = counts.size() < MOST_WORDS || counts.containsKey(cut(word)) ? cut(word) : OTHER;
            counts.merge(kept, number.doubleValue(), Double::sum);
        }
    }

    private static String cut(String word) {
        return word.codePointCount(0, word.length()) <= LONGEST_WORD
                ? word
                : word.substring(0, word.offsetByCodePoints(0, LONGEST_WORD));
    }

    /** The families that all tallies of a scrape write into. */
    record Families(
            CounterSnapshot.Builder runs,
            CounterSnapshot.Builder failures,
            CounterSnapshot.Builder items,
            CounterSnapshot.Builder corrected,
            HistogramSnapshot.Builder durations,
            HistogramSnapshot.Builder delays) {}

    synchronized void writeTo(Families families, Labels task) {
        runs.forEach((ending, number) -> families.runs()
                .dataPoint(counter(
                        task.merge(Labels.of("result", ending.result(), "trigger", ending.trigger())), number)));
        failures.forEach(
                (reason, number) -> families.failures().dataPoint(counter(task.add("reason", reason), number)));
        items.forEach((item, number) -> families.items().dataPoint(counter(task.add("item", item), number)));
        corrected.forEach(
                (result, number) -> families.corrected().dataPoint(counter(task.add("result", result), number)));
        if (!durations.isEmpty()) {
            families.durations().dataPoint(durations.snapshot(task));
        }
        if (!delays.isEmpty()) {
            families.delays().dataPoint(delays.snapshot(task));
        }
    }

    private static CounterDataPointSnapshot counter(Labels labels, double value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
