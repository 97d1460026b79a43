package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts each finished run once. A dry run does not count, because it changes nothing. */
final class RunTallies {
    private final Map<String, RunTally> byUid = new ConcurrentHashMap<>();

    void record(StatusChange change) {
        change.finished().forEach(tally(change.task())::add);
    }

    private RunTally tally(CrmScheduledTask task) {
        return byUid.computeIfAbsent(
                task.uid(),
                uid -> new RunTally(
                        TaskType.of(task.getSpec().task()).map(Counts::of).orElse(List.of())));
    }

    /** Returns the counts of these tasks, and forgets the counts of all others. */
    List<MetricSnapshot> snapshots(List<TaskReading> tasks) {
        byUid.keySet()
                .retainAll(tasks.stream().map(reading -> reading.task().uid()).collect(Collectors.toSet()));
        RunTally.Families families = new RunTally.Families(
                CounterSnapshot.builder().name("crm_task_runs").help("Finished runs, without dry runs."),
                CounterSnapshot.builder()
                        .name("crm_task_run_failures")
                        .help("Runs that ended as Failed or Partial, by reason."),
                CounterSnapshot.builder()
                        .name("crm_task_items")
                        .help("What runs did in the CRM: rows or messages, by the name of the count in the report."),
                HistogramSnapshot.builder()
                        .name("crm_task_run_duration_seconds")
                        .help("Duration of finished runs as the runner measured it; without a report, of their Jobs."),
                HistogramSnapshot.builder()
                        .name("crm_task_run_start_delay_seconds")
                        .help("Time from the scheduled time of a run to the start of its Job."));
        tasks.forEach(reading -> tally(reading.task()).writeTo(families, reading.labels()));
        return List.of(
                families.runs().build(),
                families.failures().build(),
                families.items().build(),
                families.durations().build(),
                families.delays().build());
    }

    /** Counts the runs of one task since this replica leads. */
    private static final class RunTally {
        private static final String SCHEDULED = "Scheduled";
        /** The names of the counts in a report become labels. The sanitizer of reports bounds their length. */
        private static final int MOST_ITEMS = 32;

        private static final String OTHER = "Other";

        private final Map<Ending, Double> runs = new LinkedHashMap<>();
        private final Map<String, Double> failures = new LinkedHashMap<>();
        private final Map<String, Double> items = new LinkedHashMap<>();
        private final Buckets durations = new Buckets(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600);
        private final Buckets delays = new Buckets(1, 2, 3, 5, 10, 30, 60, 120, 300, 900);

        private record Ending(String result, String trigger) {}

        /** The usual series start with 0, because Prometheus counts no increase in a series that begins at 1. */
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
                failures.merge(TaskFigures.reasonLabel(String.valueOf(run.reason())), 1.0, Double::sum);
            }
            if (run.counts() != null) {
                run.counts().forEach(this::countItems);
            }
            if (run.durationSeconds() != null) {
                durations.observe(run.durationSeconds());
            }
        }

        private void startDelay(Run run, String trigger) {
            if (trigger.equals(SCHEDULED) && run.scheduledTime() != null && run.startTime() != null) {
                Duration delay = Duration.between(run.scheduledTime(), run.startTime());
                delays.observe(Math.max(0, delay.toMillis()) / 1000.0);
            }
        }

        private void countItems(String item, @Nullable Long number) {
            if (number != null && number >= 0) {
                boolean kept = items.size() < MOST_ITEMS || items.containsKey(item);
                items.merge(kept ? item : OTHER, number.doubleValue(), Double::sum);
            }
        }

        record Families(
                CounterSnapshot.Builder runs,
                CounterSnapshot.Builder failures,
                CounterSnapshot.Builder items,
                HistogramSnapshot.Builder durations,
                HistogramSnapshot.Builder delays) {}

        synchronized void writeTo(Families families, Labels task) {
            runs.forEach((ending, number) -> families.runs()
                    .dataPoint(OperatorMetrics.counted(
                            task.merge(Labels.of("result", ending.result(), "trigger", ending.trigger())), number)));
            write(failures, families.failures(), task, "reason");
            write(items, families.items(), task, "item");
            families.durations().dataPoint(durations.snapshot(task));
            families.delays().dataPoint(delays.snapshot(task));
        }

        private static void write(
                Map<String, Double> counts, CounterSnapshot.Builder family, Labels task, String label) {
            counts.forEach((word, number) -> family.dataPoint(OperatorMetrics.counted(task.add(label, word), number)));
        }
    }

    /** A histogram of one task. The client library's histogram serves many threads, and is ten times as large. */
    private static final class Buckets {
        private final double[] bounds;
        private final long[] counts;
        private double sum;

        /** @param bounds the bounds in ascending order; this constructor adds infinity */
        Buckets(double... bounds) {
            this.bounds = Arrays.copyOf(bounds, bounds.length + 1);
            this.bounds[bounds.length] = Double.POSITIVE_INFINITY;
            this.counts = new long[this.bounds.length];
        }

        void observe(double value) {
            int bucket = 0;
            while (value > bounds[bucket]) {
                bucket++;
            }
            counts[bucket]++;
            sum += value;
        }

        HistogramDataPointSnapshot snapshot(Labels labels) {
            return HistogramDataPointSnapshot.builder()
                    .labels(labels)
                    .sum(sum)
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds.clone(), counts.clone()))
                    .build();
        }
    }
}
