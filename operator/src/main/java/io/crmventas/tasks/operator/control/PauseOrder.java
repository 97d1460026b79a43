package io.crmventas.tasks.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.TimeText;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The body of a request to pause or to start, with the reason and the end of a pause.
 *
 * @param until the end; empty: the pause holds until a caller starts the task again
 */
public record PauseOrder(Optional<String> reason, Optional<Instant> until) {
    public static final Set<String> FIELDS = Set.of("reason", "until");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int LONGEST_REASON = 500;

    /**
     * @param body JSON, or no bytes
     * @param allowed the fields that this call has
     * @throws IllegalArgumentException with the field and what to write
     */
    public static PauseOrder read(byte[] body, Set<String> allowed, Instant now) {
        JsonNode json = parsed(body);
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!allowed.contains(field.getKey())) {
                throw new IllegalArgumentException("field \"" + field.getKey() + "\" is not known here"
                        + (allowed.isEmpty()
                                ? "; send no body"
                                : "; known: " + String.join(", ", new TreeSet<>(allowed))));
            }
        }
        return new PauseOrder(
                text(json, "reason").map(PauseOrder::checked),
                text(json, "until").map(text -> future(text, now)));
    }

    private static JsonNode parsed(byte[] body) {
        if (body.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("the body is not JSON: " + malformed.getOriginalMessage(), malformed);
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory can be read", impossible);
        }
        throw new IllegalArgumentException("the body must be a JSON object, as in {\"reason\": \"migration\"}");
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a text");
        }
        return Optional.of(value.textValue().strip()).filter(text -> !text.isEmpty());
    }

    /** Checks the reason, because it becomes the annotation's value, and some values have another meaning. */
    private static String checked(String reason) {
        if (reason.codePointCount(0, reason.length()) > LONGEST_REASON) {
            throw new IllegalArgumentException(
                    "field \"reason\" is longer than " + LONGEST_REASON + " characters; shorten it");
        }
        if (reason.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("field \"reason\" has control characters; write one line of text");
        }
        if (reason.equalsIgnoreCase("false") || reason.equalsIgnoreCase("true")) {
            throw new IllegalArgumentException("field \"reason\" is \"" + reason + "\"; write why, or leave it out");
        }
        return reason;
    }

    private static Instant future(String text, Instant now) {
        Instant until = TimeText.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("field \"until\" is \"" + RunReportCodec.cut(text, 64)
                        + "\"; write a time as in 2026-12-24T18:00:00Z"));
        if (!until.isAfter(now)) {
            throw new IllegalArgumentException(
                    "field \"until\" is \"" + RunReportCodec.cut(text, 64) + "\", which has passed");
        }
        return until.truncatedTo(ChronoUnit.SECONDS);
    }
}
