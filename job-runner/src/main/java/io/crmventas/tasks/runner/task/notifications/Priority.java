package io.crmventas.tasks.runner.task.notifications;

import java.util.Locale;

/** Most urgent first. */
enum Priority {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW;

    /** As the column and the ids write it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Priority of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
