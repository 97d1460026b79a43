package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.operator.http.TaskView.TaskRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of /health, in the shape that the replaced scheduler had. */
final class HealthDocument {
    private static final String UNKNOWN = "unknown";

    private HealthDocument() {}

    static Map<String, Object> whole(TaskView view, boolean watching, Instant now) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", watching ? "healthy" : "unhealthy");
        document.put("timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        document.put("version", version());
        document.put("scheduled_tasks", tasks(view));
        document.put("database", database(view.newestReport()));
        document.put("redis", redis(view.newestReport()));
        return document;
    }

    static Map<String, Object> tasks(TaskView view) {
        List<TaskRow> tasks = view.tasks();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("scheduler_running", tasks.stream().anyMatch(task -> task.ready() && !task.suspended()));
        document.put("total_tasks", tasks.size());
        document.put("tasks", tasks.stream().map(HealthDocument::task).toList());
        return document;
    }

    private static Map<String, @Nullable Object> task(TaskRow task) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", task.namespace() + "/" + task.name());
        document.put("name", task.name());
        document.put("next_run", task.nextRun());
        document.put("last_run", task.lastRun() == null ? null : task.lastRun().completionTime());
        document.put(
                "last_result", task.lastRun() == null ? null : task.lastRun().result());
        document.put("trigger", task.status() == null ? null : task.status().schedule());
        return document;
    }

    /** The operator holds no database credentials: it says what the last run saw. */
    private static Map<String, @Nullable Object> database(Optional<RunReport> report) {
        String seen = report.map(RunReport::database).orElse(UNKNOWN);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", seen);
        document.put("connected", UNKNOWN.equals(seen) ? null : (Object) "connected".equals(seen));
        document.put("checked_at", report.map(RunReport::completionTime).orElse(null));
        return document;
    }

    private static Map<String, @Nullable Object> redis(Optional<RunReport> report) {
        String seen = report.map(RunReport::redis).orElse(UNKNOWN);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", seen);
        document.put("available", UNKNOWN.equals(seen) ? null : (Object) "available".equals(seen));
        document.put("checked_at", report.map(RunReport::completionTime).orElse(null));
        return document;
    }

    private static String version() {
        return Objects.requireNonNullElse(HealthDocument.class.getPackage().getImplementationVersion(), "development");
    }
}
