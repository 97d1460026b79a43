package io.crmventas.tasks.operator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseOrderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void readsReasonAndTime() {
        assertEquals(
                new PauseOrder(Optional.of("migration"), Optional.of(Instant.parse("2026-11-23T17:00:00Z"))),
                read("{\"reason\": \" migration \", \"until\": \"2026-11-23T18:00:00+01:00\"}"));
    }

    @Test
    void reasonAndTimeAreOptional() {
        PauseOrder none = new PauseOrder(Optional.empty(), Optional.empty());
        assertEquals(none, read(""));
        assertEquals(none, read("{}"));
        assertEquals(none, read("{\"reason\": null, \"until\": \"\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"reason": 7}                                | field "reason" must be a text
            {"reason": "False"}                          | field "reason" is "False"
            {"reason": "a\\nb"}                          | field "reason" has control characters
            {"until": "tomorrow"}                        | field "until" is "tomorrow"; write a time as in
            {"until": "2026-11-23T12:00:00Z"}            | which has passed
            {"until": {"x": 1}}                          | field "until" must be a text
            {"why": "x"}                                 | field "why" is not known here; known: reason, until
            {"reason": "a", "reason": "b"}               | the body is not JSON
            {"reason": "a"} x                            | the body is not JSON
            []                                           | the body must be a JSON object
            {                                            | the body is not JSON
            """)
    void reportsTheFieldAndTheFix(String body, String message) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> read(body));
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }

    @Test
    void limitsTheLengthOfTheReason() {
        assertThrows(IllegalArgumentException.class, () -> read("{\"reason\": \"" + "x".repeat(501) + "\"}"));
        assertEquals(
                500,
                read("{\"reason\": \"" + "x".repeat(500) + "\"}")
                        .reason()
                        .orElseThrow()
                        .length());
    }

    @Test
    void refusesAFieldThatTheCallDoesNotUse() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PauseOrder.read("{\"until\": \"x\"}".getBytes(StandardCharsets.UTF_8), Set.of("reason"), NOW));
    }

    private static PauseOrder read(String body) {
        return PauseOrder.read(body.getBytes(StandardCharsets.UTF_8), PauseOrder.FIELDS, NOW);
    }
}
