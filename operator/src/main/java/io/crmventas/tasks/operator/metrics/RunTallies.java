package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.operator.metrics.RunTally.Families;
import io.crmventas.tasks.operator.status.StatusChange;
import io.crmventas.tasks.operator.view.TaskRow;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts finished runs, each once. Dry runs did nothing and are not counted. */
final class RunTallies {
    private final Map<String, RunTally> byUid = new ConcurrentHashMap<>();

    void hear(StatusChange change) {
        if (change.finished().isEmpty()) {
            return;
        }
        RunTally tally = tally(new TaskRow(change.task()));
        change.finished().stream()
                .filter(run -> !Boolean.TRUE.equals(run.dryRun()))
                .forEach(tally::add);
        corrected(change).forEach(tally::correct);
    }

    private RunTally tally(TaskRow task) {
        return byUid.computeIfAbsent(
                task.uid(),
                uid -> new RunTally(
                        TaskType.of(task.spec().task()).map(Counts::of).orElse(List.of())));
    }

    /** How the runs ended that were told as Unknown, and of which a later report knew. */
    private static Stream<String> corrected(StatusChange change) {
        List<RunEntry> before =
                change.previous() == null ? null : change.previous().history();
        List<RunEntry> now = change.next().history();
        if (before == null || now == null) {
            return Stream.empty();
        }
        return now.stream()
                .filter(entry -> RunResult.of(entry.result()) != RunResult.UNKNOWN)
                .filter(entry -> before.stream()
                        .anyMatch(old -> RunResult.of(old.result()) == RunResult.UNKNOWN
                                && old.jobName().equals(entry.jobName())
                                && Objects.equals(old.completionTime(), entry.completionTime())))
                .map(RunEntry::result);
    }

    /** Of these tasks; what was counted of others is forgotten. */
    List<MetricSnapshot> of(List<TaskRow> tasks, Map<String, Labels> labels) {
        byUid.keySet().retainAll(tasks.stream().map(TaskRow::uid).collect(Collectors.toSet()));
        Families families = new Families(
                CounterSnapshot.builder().name("crm_task_runs").help("Finished runs; dry runs are not counted."),
                CounterSnapshot.builder()
                        .name("crm_task_run_failures")
                        .help("Runs that ended as Failed or Partial, by reason."),
                CounterSnapshot.builder()
                        .name("crm_task_items")
                        .help("What runs did to the CRM, as they counted it: rows or messages by name of the count."),
                CounterSnapshot.builder()
                        .name("crm_task_corrected_runs")
                        .help("Runs that were counted as Unknown, by how they ended after all."),
                HistogramSnapshot.builder()
                        .name("crm_task_run_duration_seconds")
                        .help("Duration of finished runs, as the runner measured it where it could."),
                HistogramSnapshot.builder()
                        .name("crm_task_run_start_delay_seconds")
                        .help("From when a scheduled run was due to the start of its Job."));
        for (TaskRow task : tasks) {
            tally(task).writeTo(families, Objects.requireNonNull(labels.get(task.uid())));
        }
        return List.of(
                families.runs().build(),
                families.failures().build(),
                families.items().build(),
                families.corrected().build(),
                families.durations().build(),
                families.delays().build());
    }
}
