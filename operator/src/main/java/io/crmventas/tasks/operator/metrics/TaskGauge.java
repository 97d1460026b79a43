package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gauge of a task. */
record TaskGauge(String metric, String help, Function<Reading, @Nullable Double> value) {
    static final List<TaskGauge> ALL = List.of(
            new TaskGauge(
                    "crm_task_enabled",
                    "Whether spec.enabled is true.",
                    reading -> Reading.bit(reading.task().enabled())),
            new TaskGauge(
                    "crm_task_ready",
                    "Whether the task is accepted and its CronJob in place.",
                    reading -> Reading.bit(reading.task().ready())),
            new TaskGauge(
                    "crm_task_suspended",
                    "Whether no scheduled run starts.",
                    reading -> Reading.bit(reading.task().suspended())),
            new TaskGauge(
                    "crm_task_fresh",
                    "Whether the last success is recent enough; absent while unknown.",
                    reading -> reading.condition("Fresh")),
            new TaskGauge(
                    "crm_task_preflight_passed",
                    "Whether the database was found fit for the task; absent while unknown.",
                    reading -> reading.condition("Preflight")),
            new TaskGauge("crm_task_active_runs", "Runs in progress.", reading ->
                    (double) reading.task().active().size()),
            new TaskGauge(
                    "crm_task_consecutive_failures",
                    "Failed scheduled runs since the last success.",
                    Reading::consecutiveFailures),
            new TaskGauge(
                    "crm_task_interval_seconds", "Gap between two starts, as the schedule wants it.", Reading::gap),
            new TaskGauge(
                    "crm_task_memory_limit_bytes", "Memory limit of the runner's container.", Reading::memoryLimit),
            new TaskGauge("crm_task_timeout_seconds", "Time that a run may take.", Reading::timeout),
            new TaskGauge(
                    "crm_task_next_run_timestamp_seconds",
                    "When the next scheduled run is due; in the past, that it has neither come nor been missed.",
                    Reading::nextRun),
            new TaskGauge(
                    "crm_task_last_success_timestamp_seconds",
                    "End of the last successful run.",
                    reading -> reading.ofStatus(status -> Times.seconds(status.lastSuccessTime()))),
            new TaskGauge(
                    "crm_task_last_run_timestamp_seconds",
                    "End of the last finished run.",
                    reading -> reading.ofLastRun(run -> Times.seconds(run.completionTime()))),
            new TaskGauge(
                    "crm_task_last_run_interval_seconds",
                    "From start to start of the last two runs that were not started by hand.",
                    Reading::lastInterval),
            new TaskGauge(
                    "crm_task_last_run_duration_seconds",
                    "Duration of the last finished run.",
                    reading -> reading.ofLastRun(Run::durationSeconds)),
            new TaskGauge(
                    "crm_task_last_run_cpu_seconds",
                    "Processor time of the last finished run.",
                    reading -> reading.ofLastRun(
                            run -> run.usage() == null ? null : run.usage().cpuSeconds())),
            new TaskGauge(
                    "crm_task_last_run_peak_memory_bytes",
                    "Largest resident memory of the last finished run.",
                    reading -> reading.ofLastRun(run ->
                            run.usage() == null ? null : (double) run.usage().peakMemoryBytes())),
            new TaskGauge(
                    "crm_task_database_connected",
                    "Whether the last run reached the CRM's database; absent while unknown.",
                    reading -> reading.ofLastRun(run -> among(run.database(), "connected", "failed"))),
            new TaskGauge(
                    "crm_task_redis_available",
                    "Whether the last run reached Redis; absent where there is none, and while unknown.",
                    reading -> reading.ofLastRun(run -> among(run.redis(), "available", "unavailable"))));

    private static @Nullable Double among(@Nullable String word, String one, String zero) {
        if (one.equals(word)) {
            return 1.0;
        }
        return zero.equals(word) ? 0.0 : null;
    }
}
