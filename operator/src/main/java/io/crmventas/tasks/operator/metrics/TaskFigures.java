package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.view.TaskRow;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What the statuses tell: gauges, words as labels, and the counters that a status keeps. */
final class TaskFigures {
    private final List<Reading> readings;
    private final Map<String, Labels> labels;

    /** @param labels by UID of the task */
    TaskFigures(List<Reading> readings, Map<String, Labels> labels) {
        this.readings = readings;
        this.labels = labels;
    }

    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        for (TaskGauge gauge : TaskGauge.ALL) {
            all.add(gauge(gauge));
        }
        all.add(info("crm_task", "The task and its schedule, as labels.", TaskFigures::schedule));
        all.add(info("crm_task_suspension", "Why no scheduled run starts, as a label.", TaskFigures::suspension));
        all.add(info("crm_task_last_run", "How the last finished run ended, as labels.", TaskFigures::lastRun));
        all.add(counter(
                "crm_task_missed_slots",
                "Starts that were due and never came.",
                reading -> reading.counted(Counters::missed)));
        all.add(counter(
                "crm_task_skipped_slots",
                "Starts left out because a run was still going on.",
                reading -> reading.counted(Counters::skipped)));
        all.add(counter(
                "crm_task_spec_changes",
                "How often the spec of the task was changed since it was made.",
                reading -> reading.task().generation() - 1));
        return all;
    }

    private GaugeSnapshot gauge(TaskGauge gauge) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name(gauge.metric()).help(gauge.help());
        for (Reading reading : readings) {
            Double value = gauge.value().apply(reading);
            if (value != null) {
                family.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels(reading.task()))
                        .value(value)
                        .build());
            }
        }
        return family.build();
    }

    private CounterSnapshot counter(String name, String help, ToDoubleFunction<Reading> value) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        for (Reading reading : readings) {
            family.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(reading.task()))
                    .value(value.applyAsDouble(reading))
                    .build());
        }
        return family.build();
    }

    private InfoSnapshot info(String name, String help, Function<TaskRow, Optional<Labels>> words) {
        InfoSnapshot.Builder family = InfoSnapshot.builder().name(name).help(help);
        for (Reading reading : readings) {
            TaskRow task = reading.task();
            words.apply(task)
                    .ifPresent(more -> family.dataPoint(InfoDataPointSnapshot.builder()
                            .labels(labels(task).merge(more))
                            .build()));
        }
        return family.build();
    }

    private Labels labels(TaskRow task) {
        return Objects.requireNonNull(labels.get(task.uid()));
    }

    private static Optional<Labels> schedule(TaskRow task) {
        CrmScheduledTaskStatus status = task.status();
        String schedule = status == null ? null : status.schedule();
        String zone = status == null ? null : status.timeZone();
        return Optional.of(Labels.of(
                "schedule",
                Objects.requireNonNullElse(schedule, ""),
                "time_zone",
                Objects.requireNonNullElse(zone, ""),
                "enabled",
                String.valueOf(task.enabled())));
    }

    private static Optional<Labels> suspension(TaskRow task) {
        return task.condition("Suspended")
                .filter(suspended -> suspended.status().equals("True"))
                .map(Condition::reason)
                .map(reason -> Labels.of("reason", reason));
    }

    private static Optional<Labels> lastRun(TaskRow task) {
        Run run = task.lastRun();
        return run == null
                ? Optional.empty()
                : Optional.of(Labels.of(
                        "result",
                        run.result(),
                        "trigger",
                        Objects.requireNonNullElse(run.trigger(), ""),
                        "reason",
                        Objects.requireNonNullElse(run.reason(), "")));
    }
}
