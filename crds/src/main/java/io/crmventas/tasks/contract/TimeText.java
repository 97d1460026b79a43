package io.crmventas.tasks.contract;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads times in RFC 3339. A time without seconds is valid. */
public final class TimeText {
    private TimeText() {}

    /** Returns empty for a text that is no time with an offset. Any client can write a status, any pod a report. */
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
