package io.crmventas.tasks.runner.task.notifications;

import java.util.Locale;

/** What a performance alert is about. */
enum MetricKind {
    RESPONSE_TIME,
    CONVERSION_RATE,
    ACTIVE_CONVERSATIONS,
    /** The only one that the CEOs get. */
    RESPONSE_TIME_CRITICAL;

    /** As ids and metadata write it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MetricKind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
