package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.Counts;
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

/** Counts finished runs, each once. Dry runs did nothing and are not counted. */
final class RunTallies {
    private final Map<String, RunTally> byUid = new ConcurrentHashMap<>();

    void hear(StatusChange change) {
        RunTally tally = tally(new TaskRow(change.task()));
        change.finished().stream()
                .filter(run -> !Boolean.TRUE.equals(run.dryRun()))
                .forEach(tally::add);
        change.corrected().map(RunEntry::result).forEach(tally::correct);
    }

    private RunTally tally(TaskRow task) {
        return byUid.computeIfAbsent(
                task.uid(),
                uid -> new RunTally(
                        TaskType.of(task.spec().task()).map(Counts::of).orElse(List.of())));
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
                        .help("Runs that were counted as Unknown and whose report arrived later, by their result."),
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
