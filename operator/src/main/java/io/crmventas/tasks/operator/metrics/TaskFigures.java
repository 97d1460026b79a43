package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.api.v1alpha1.Run.Usage;
import io.crmventas.tasks.operator.run.Reason;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Builds the metrics from the statuses of the tasks: gauges, texts as labels, and the counters of a status. */
final class TaskFigures {
    private record Gauge(String metric, String help, Function<TaskReading, @Nullable Double> value) {}

    private static final List<Gauge> GAUGES = List.of(
            new Gauge(
                    "crm_task_enabled",
                    "Whether spec.enabled is true.",
                    reading -> OperatorMetrics.bit(reading.task().getSpec().enabled())),
            new Gauge(
                    "crm_task_ready",
                    "Whether the task is accepted, its CronJob is in place, and Kubernetes creates its Jobs and pods.",
                    reading -> OperatorMetrics.bit(reading.status().isTrue("Ready"))),
            new Gauge(
                    "crm_task_suspended",
                    "Whether no scheduled run starts.",
                    reading -> OperatorMetrics.bit(reading.status().isTrue("Suspended"))),
            new Gauge(
                    "crm_task_fresh",
                    "Whether a run succeeded in the time that spec.freshness allows; absent while unknown.",
                    reading -> reading.condition("Fresh")),
            new Gauge(
                    "crm_task_preflight_passed",
                    "Whether the last preflight found the task able to run; absent while unknown.",
                    reading -> reading.condition("Preflight")),
            new Gauge("crm_task_active_runs", "Number of active runs.", reading ->
                    (double) reading.status().active().size()),
            new Gauge(
                    "crm_task_consecutive_failures",
                    "Number of scheduled runs that failed since the last successful scheduled run, or since the task resumed"
                            + " after it had paused itself.",
                    reading -> number(reading.status().consecutiveFailures())),
            new Gauge("crm_task_interval_seconds", "Time between two scheduled times.", TaskReading::gap),
            new Gauge(
                    "crm_task_memory_limit_bytes", "Memory limit of the runner's container.", TaskReading::memoryLimit),
            new Gauge("crm_task_timeout_seconds", "Longest duration of a run (spec.timeout).", TaskReading::timeout),
            new Gauge(
                    "crm_task_next_run_timestamp_seconds",
                    "Scheduled time of the next run. A time in the past has neither started a run nor been counted as missed.",
                    TaskReading::nextRun),
            new Gauge(
                    "crm_task_last_success_timestamp_seconds",
                    "When the last successful run ended.",
                    reading -> TaskReading.epochSeconds(reading.status().lastSuccessTime())),
            new Gauge(
                    "crm_task_last_run_timestamp_seconds",
                    "When the last finished run ended.",
                    reading -> reading.ofLastRun(run -> TaskReading.epochSeconds(run.completionTime()))),
            new Gauge(
                    "crm_task_last_run_interval_seconds",
                    "Time between the starts of the last two runs that no person requested.",
                    TaskReading::lastInterval),
            new Gauge(
                    "crm_task_last_run_duration_seconds",
                    "Duration of the last finished run.",
                    reading -> reading.ofLastRun(Run::durationSeconds)),
            new Gauge(
                    "crm_task_last_run_cpu_seconds",
                    "Processor time of the last finished run.",
                    reading -> reading.ofUsage(Usage::cpuSeconds)),
            new Gauge(
                    "crm_task_last_run_peak_memory_bytes",
                    "Largest resident memory of the last finished run.",
                    reading -> reading.ofUsage(usage -> (double) usage.peakMemoryBytes())),
            new Gauge(
                    "crm_task_database_connected",
                    "Whether the last run reached the CRM's database; absent while unknown.",
                    reading -> reading.ofLastRun(run -> among(run.database(), "connected", "failed"))),
            new Gauge(
                    "crm_task_redis_available",
                    "Whether the last run reached Redis; absent while unknown and without Redis.",
                    reading -> reading.ofLastRun(run -> among(run.redis(), "available", "unavailable"))));

    private TaskFigures() {}

    static List<MetricSnapshot> snapshots(List<TaskReading> tasks) {
        List<MetricSnapshot> all = new ArrayList<>();
        for (Gauge gauge : GAUGES) {
            all.add(gauge(gauge, tasks));
        }
        all.add(info("crm_task", "The task and its schedule, as labels.", tasks, TaskFigures::schedule));
        all.add(info(
                "crm_task_suspension", "Why no scheduled run starts, as a label.", tasks, TaskFigures::suspension));
        all.add(info("crm_task_last_run", "How the last finished run ended, as labels.", tasks, TaskFigures::lastRun));
        all.add(counter(
                "crm_task_missed_starts",
                "Scheduled times that passed without a run, although no other run was active.",
                tasks,
                reading -> reading.counted(Counters::missed)));
        all.add(counter(
                "crm_task_skipped_starts",
                "Scheduled times that passed without a run, because another run was active.",
                tasks,
                reading -> reading.counted(Counters::skipped)));
        all.add(counter(
                "crm_task_spec_changes",
                "Number of changes of the spec since the task was created.",
                tasks,
                reading -> reading.task().getMetadata().getGeneration() - 1));
        return all;
    }

    private static GaugeSnapshot gauge(Gauge gauge, List<TaskReading> tasks) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name(gauge.metric()).help(gauge.help());
        for (TaskReading reading : tasks) {
            Double value = gauge.value().apply(reading);
            if (value != null) {
                family.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(reading.labels())
                        .value(value)
                        .build());
            }
        }
        return family.build();
    }

    private static CounterSnapshot counter(
            String name, String help, List<TaskReading> tasks, ToDoubleFunction<TaskReading> value) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        tasks.forEach(
                reading -> family.dataPoint(OperatorMetrics.counted(reading.labels(), value.applyAsDouble(reading))));
        return family.build();
    }

    private static InfoSnapshot info(
            String name, String help, List<TaskReading> tasks, Function<CrmScheduledTask, Optional<Labels>> words) {
        InfoSnapshot.Builder family = InfoSnapshot.builder().name(name).help(help);
        for (TaskReading reading : tasks) {
            words.apply(reading.task())
                    .ifPresent(more -> family.dataPoint(InfoDataPointSnapshot.builder()
                            .labels(reading.labels().merge(more))
                            .build()));
        }
        return family.build();
    }

    private static Optional<Labels> schedule(CrmScheduledTask task) {
        return Optional.of(Labels.of(
                "schedule",
                Objects.requireNonNullElse(task.reportedStatus().schedule(), ""),
                "time_zone",
                Objects.requireNonNullElse(task.reportedStatus().timeZone(), ""),
                "enabled",
                String.valueOf(task.getSpec().enabled())));
    }

    private static Optional<Labels> suspension(CrmScheduledTask task) {
        return task.reportedStatus()
                .condition("Suspended")
                .filter(suspended -> suspended.status().equals("True"))
                .map(suspended -> Labels.of("reason", reasonLabel(suspended.reason())));
    }

    private static Optional<Labels> lastRun(CrmScheduledTask task) {
        return Optional.ofNullable(task.reportedStatus().lastRun())
                .map(run -> Labels.of(
                        "result",
                        run.result(),
                        "trigger",
                        Objects.requireNonNullElse(run.trigger(), ""),
                        "reason",
                        run.reason() == null ? "" : reasonLabel(run.reason())));
    }

    private static @Nullable Double number(@Nullable Integer count) {
        return count == null ? null : (Double) count.doubleValue();
    }

    private static @Nullable Double among(@Nullable String word, String one, String zero) {
        if (one.equals(word)) {
            return 1.0;
        }
        return zero.equals(word) ? 0.0 : null;
    }

    /** Returns one of the operator's own reasons. Each other word of an extra task's report would add a series. */
    static String reasonLabel(String reason) {
        return Reason.of(reason).text();
    }
}
