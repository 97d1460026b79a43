package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.view.OperatorView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the JSON of /health with the fields of the CRM's old in-process scheduler. */
public final class HealthDocument {
    private static final String UNKNOWN = "unknown";

    private HealthDocument() {}

    static Map<String, Object> whole(OperatorView operator, Instant now) {
        List<CrmScheduledTask> tasks = operator.tasks();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", state(operator));
        document.put("timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        document.put("version", OperatorConfig.version());
        document.put("scheduled_tasks", tasks(tasks));
        document.put("database", seen(tasks, Run::database, "connected"));
        document.put("redis", seen(tasks, Run::redis, "available"));
        if (!operator.refused().isEmpty()) {
            document.put("refused_namespaces", new TreeMap<>(operator.refused()));
        }
        return document;
    }

    private static String state(OperatorView operator) {
        if (!operator.watching()) {
            return "unhealthy";
        }
        return operator.refused().isEmpty() ? "healthy" : "degraded";
    }

    static Map<String, Object> tasks(List<CrmScheduledTask> tasks) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "scheduler_running",
                tasks.stream()
                        .map(CrmScheduledTask::reportedStatus)
                        .anyMatch(status -> status.isTrue("Ready") && !status.isTrue("Suspended")));
        document.put("total_tasks", tasks.size());
        document.put("tasks", tasks.stream().map(HealthDocument::task).toList());
        return document;
    }

    private static Map<String, @Nullable Object> task(CrmScheduledTask task) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        Run lastRun = task.reportedStatus().lastRun();
        document.put("id", task.id());
        document.put("name", task.name());
        document.put("next_run", task.reportedStatus().nextRunTime());
        document.put("last_run", lastRun == null ? null : lastRun.completionTime());
        document.put("last_result", lastRun == null ? null : lastRun.result());
        document.put("trigger", task.reportedStatus().schedule());
        return document;
    }

    /** Returns what every caller may read of a task: names, times and results. */
    static Map<String, @Nullable Object> summary(CrmScheduledTask task) {
        Map<String, @Nullable Object> document = task(task);
        document.put("namespace", task.namespace());
        document.put("task", task.getSpec().task());
        document.put("enabled", task.getSpec().enabled());
        CrmScheduledTaskStatus status = task.reportedStatus();
        document.put("ready", status.isTrue("Ready"));
        document.put("suspended", status.isTrue("Suspended"));
        document.put("active", status.active());
        document.put("time_zone", status.timeZone());
        document.put("last_success", status.lastSuccessTime());
        document.put("last_failure", status.lastFailureTime());
        document.put("consecutive_failures", status.consecutiveFailures());
        return withoutAbsent(document);
    }

    /** Returns a task with its whole status, for a caller who may read the task. */
    public static Map<String, @Nullable Object> details(CrmScheduledTask task) {
        Map<String, @Nullable Object> document = summary(task);
        CrmScheduledTaskStatus status = task.reportedStatus();
        document.put("counters", status.counters());
        document.put("pause", status.pause());
        document.put("breaker", status.breaker());
        document.put("preflight", status.preflight());
        document.put("last_handled_run_request", status.lastHandledRunRequest());
        document.put("last_handled_dry_run_request", status.lastHandledDryRunRequest());
        document.put("run_requests", status.runRequests());
        document.put("last_run_report", status.lastRun());
        document.put("last_dry_run_report", status.lastDryRun());
        document.put("history", status.history());
        document.put("conditions", status.conditions());
        return withoutAbsent(document);
    }

    private static Map<String, @Nullable Object> withoutAbsent(Map<String, @Nullable Object> document) {
        document.entrySet()
                .removeIf(entry -> entry.getValue() == null && !entry.getKey().matches("next_run|last_run"));
        return document;
    }

    /** Returns what the newest run observed, because the operator itself has no database credentials. */
    private static Map<String, @Nullable Object> seen(
            List<CrmScheduledTask> tasks, Function<Run, @Nullable String> word, String good) {
        Optional<Run> newest = tasks.stream()
                .flatMap(task -> Stream.of(
                        task.reportedStatus().lastRun(), task.reportedStatus().lastDryRun()))
                .filter(run -> run != null && word.apply(run) != null && !UNKNOWN.equals(word.apply(run)))
                .max(Comparator.comparing(run -> Objects.requireNonNullElse(run.completionTime(), Instant.MIN)));
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", newest.map(word).orElse(UNKNOWN));
        document.put(good, newest.map(word).map(good::equals).orElse(null));
        document.put("checked_at", newest.map(Run::completionTime).orElse(null));
        return document;
    }
}
