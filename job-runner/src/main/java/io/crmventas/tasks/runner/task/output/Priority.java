package io.crmventas.tasks.runner.task.output;

import java.util.Locale;

/** Most urgent first. */
public enum Priority {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW;

    /** As the column and the ids write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Priority of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
