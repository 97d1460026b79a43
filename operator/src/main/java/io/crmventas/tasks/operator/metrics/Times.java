package io.crmventas.tasks.operator.metrics;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Times of a status, which foreign hands may have written. */
final class Times {
    private Times() {}

    static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }

    static @Nullable Double seconds(@Nullable String text) {
        Instant time = instant(text);
        return time == null ? null : time.toEpochMilli() / 1000.0;
    }
}
