package io.crmventas.tasks.operator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
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
            {"reason": 7}                                | body.reason is wrong; write why
            {"reason": "False"}                          | body.reason is wrong; write why
            {"reason": " true "}                         | body.reason is wrong; write why
            {"reason": "a\\nb"}                          | body.reason is wrong; write why
            {"until": "tomorrow"}                        | body.until is wrong; write a time that has not passed, as in
            {"until": "2026-11-23T12:00:00Z"}            | body.until is wrong; write a time that has not passed
            {"until": {"x": 1}}                          | body.until is wrong
            {"why": "x"}                                 | body.why is wrong; write nothing: there is no such field
            {"until": 1, "why": "x"}                     | body.until is wrong; write a time that has not passed, as in 2026-12-24T18:00:00Z. body.why is wrong
            {"reason": "a", "reason": "b"}               | body is not valid JSON, or has a field twice, at line 1, column 25
            {"reason": "a"} x                            | body is not valid JSON
            []                                           | body is not a JSON object; write {"reason": "migration"}
            {                                            | body is not valid JSON
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
    void refusesATextThatIsNotUtf8() {
        byte[] latin1 = "{\"reason\": \"migración\"}".getBytes(StandardCharsets.ISO_8859_1);
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> PauseOrder.read(latin1, NOW));
        assertTrue(refusal.getMessage().contains("one line of UTF-8"), refusal.getMessage());
    }

    private static PauseOrder read(String body) {
        return PauseOrder.read(body.getBytes(StandardCharsets.UTF_8), NOW);
    }
}
