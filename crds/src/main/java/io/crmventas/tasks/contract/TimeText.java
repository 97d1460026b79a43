package io.crmventas.tasks.contract;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads times in RFC 3339. A time without seconds is valid. Java also reads other years than those with four digits, but
 * arithmetic with them overflows.
 */
public final class TimeText {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private TimeText() {}

    /** Returns empty for a text that is no time with an offset. Any client can write a status, any pod a report. */
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .map(OffsetDateTime::parse)
                    .map(OffsetDateTime::toInstant)
                    .filter(time -> !time.isBefore(FIRST) && !time.isAfter(LAST));
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
