package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.http.TaskView.TaskRow;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prometheus' text format, out of the statuses. Only gauges: counters would begin anew with each replica. */
final class Metrics {
    private final StringBuilder text = new StringBuilder();
    private final List<TaskRow> tasks;

    private Metrics(List<TaskRow> tasks) {
        this.tasks = tasks;
    }

    static String of(TaskView view) {
        Metrics metrics = new Metrics(view.tasks());
        metrics.head("crm_task_operator_leader", "Whether this replica is the one that works.");
        metrics.text
                .append("crm_task_operator_leader ")
                .append(view.leading() ? 1 : 0)
                .append('\n');
        metrics.gauge("crm_task_ready", "Whether the task is accepted and scheduled.", task -> bit(task.ready()));
        metrics.gauge("crm_task_suspended", "Whether no scheduled run starts.", task -> bit(task.suspended()));
        metrics.gauge("crm_task_active_runs", "Runs in progress.", Metrics::active);
        metrics.gauge("crm_task_consecutive_failures", "Failed scheduled runs since the last success.", task -> {
            CrmScheduledTaskStatus status = task.status();
            return status == null || status.consecutiveFailures() == null
                    ? null
                    : (double) status.consecutiveFailures();
        });
        metrics.gauge(
                "crm_task_last_run_duration_seconds",
                "Duration of the last finished run.",
                task -> task.lastRun() == null ? null : task.lastRun().durationSeconds());
        metrics.gauge(
                "crm_task_last_run_timestamp_seconds",
                "End of the last finished run.",
                task -> task.lastRun() == null ? null : seconds(task.lastRun().completionTime()));
        metrics.gauge(
                "crm_task_last_success_timestamp_seconds",
                "End of the last successful run.",
                task -> task.status() == null ? null : seconds(task.status().lastSuccessTime()));
        metrics.gauge(
                "crm_task_next_run_timestamp_seconds",
                "When the next scheduled run is due.",
                task -> seconds(task.nextRun()));
        metrics.lastResult();
        return metrics.text.toString();
    }

    private void gauge(String name, String help, Function<TaskRow, @Nullable Double> value) {
        head(name, help);
        for (TaskRow task : tasks) {
            Double number = value.apply(task);
            if (number != null) {
                text.append(name)
                        .append('{')
                        .append(labels(task))
                        .append("} ")
                        .append(number)
                        .append('\n');
            }
        }
    }

    private void lastResult() {
        String name = "crm_task_last_run_info";
        head(name, "Result of the last finished run, as a label.");
        for (TaskRow task : tasks) {
            Run run = task.lastRun();
            if (run != null) {
                text.append(name).append('{').append(labels(task));
                text.append(",result=\"").append(escape(run.result()));
                text.append("\",trigger=\"").append(escape(run.trigger())).append("\"} 1\n");
            }
        }
    }

    private void head(String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }

    private static String labels(TaskRow task) {
        return "namespace=\"" + escape(task.namespace()) + "\",name=\"" + escape(task.name()) + "\",task=\""
                + escape(task.task()) + "\"";
    }

    private static String escape(@Nullable String value) {
        return String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static double bit(boolean value) {
        return value ? 1 : 0;
    }

    private static @Nullable Double active(TaskRow task) {
        CrmScheduledTaskStatus status = task.status();
        List<String> active = status == null ? null : status.active();
        return status == null ? null : (double) (active == null ? 0 : active.size());
    }

    private static @Nullable Double seconds(@Nullable String time) {
        try {
            return time == null ? null : (double) Instant.parse(time).getEpochSecond();
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }
}
