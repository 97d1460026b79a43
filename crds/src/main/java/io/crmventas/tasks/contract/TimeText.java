package io.crmventas.tasks.contract;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times as text (RFC 3339; the seconds can be missing), as Kubernetes, the operator, reports and people write them. */
public final class TimeText {
    private TimeText() {}

    /** Empty for null, and for a text that is no time with an offset: any client can write a status, and any pod a report. */
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
