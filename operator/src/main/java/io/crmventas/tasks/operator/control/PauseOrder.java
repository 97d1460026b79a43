package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.config.JsonFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of a request to pause, with the reason and the end of the pause.
 *
 * @param until the end; empty: the pause holds until a caller starts the task again
 */
public record PauseOrder(Optional<String> reason, Optional<Instant> until) {
    /**
     * @param body JSON, or no bytes
     * @throws IllegalArgumentException with all mistakes, each with what to write
     */
    public static PauseOrder read(byte[] body, Instant now) {
        List<String> problems = new ArrayList<>();
        JsonFields fields = JsonFields.parse(
                "body",
                body.length == 0 ? "{}" : new String(body, StandardCharsets.UTF_8),
                "{\"reason\": \"migration\"}, or send no body",
                problems::add);
        // The reason becomes the annotation's value, and some values have another meaning.
        Optional<String> reason = fields.text(
                "reason",
                "(?!(?i)\\s*(true|false)\\s*$)[^\\p{Cc}\uFFFD]{1,500}",
                "why, as one line of UTF-8 with 500 characters at most, and not true or false");
        Optional<Instant> until = fields.value(
                        "until",
                        String.class,
                        text -> text.isEmpty()
                                || TimeText.parse(text).filter(now::isBefore).isPresent(),
                        "a time that has not passed, as in 2026-12-24T18:00:00Z")
                .flatMap(TimeText::parse);
        fields.refuseOthers();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(". ", problems));
        }
        return new PauseOrder(
                reason.map(String::strip).filter(text -> !text.isEmpty()),
                until.map(time -> time.truncatedTo(ChronoUnit.SECONDS)));
    }
}
