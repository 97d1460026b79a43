package io.crmventas.tasks.contract;

import java.util.Arrays;
import java.util.Optional;

/** The built-in tasks. {@link #id} is the name in {@code spec.task} and on the runner's command line. */
public enum TaskType {
    NOTIFICATION_CHECKS("notification-checks"),
    METRICS_REFRESH("metrics-refresh"),
    CLEANUP("cleanup"),
    DAILY_REPORTS("daily-reports");

    private final String id;

    TaskType(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public static Optional<TaskType> of(String id) {
        return Arrays.stream(values()).filter(task -> task.id.equals(id)).findFirst();
    }

    @Override
    public String toString() {
        return id;
    }
}
