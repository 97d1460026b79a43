package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
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
import org.jspecify.annotations.Nullable;

/** Counts finished runs, each once. Dry runs did nothing and are not counted. */
final class RunTallies {
    private final Map<String, RunTally> byUid = new ConcurrentHashMap<>();

    void hear(StatusChange change) {
        if (change.finished().isEmpty()) {
            return;
        }
        String uid = new TaskRow(change.task()).uid();
        RunTally tally = byUid.computeIfAbsent(uid, task -> new RunTally());
        change.finished().stream()
                .filter(run -> !Boolean.TRUE.equals(run.dryRun()))
                .forEach(run -> tally.add(run, known(run, change.previous())));
    }

    /** An Unknown whose report came later is told once more. */
    private static boolean known(Run run, @Nullable CrmScheduledTaskStatus previous) {
        if (previous == null) {
            return false;
        }
        Run last = previous.lastRun();
        List<RunEntry> history = previous.history();
        return (last != null && last.jobUid() != null && Objects.equals(last.jobUid(), run.jobUid()))
                || (history != null
                        && history.stream().anyMatch(entry -> entry.jobName().equals(run.jobName())));
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
                HistogramSnapshot.builder()
                        .name("crm_task_run_duration_seconds")
                        .help("Duration of finished runs, as the runner measured it where it could."),
                HistogramSnapshot.builder()
                        .name("crm_task_run_start_delay_seconds")
                        .help("From when a scheduled run was due to the start of its Job."));
        for (TaskRow task : tasks) {
            byUid.computeIfAbsent(task.uid(), uid -> new RunTally())
                    .writeTo(families, Objects.requireNonNull(labels.get(task.uid())));
        }
        return List.of(
                families.runs().build(),
                families.failures().build(),
                families.items().build(),
                families.durations().build(),
                families.delays().build());
    }
}
