package io.crmventas.tasks.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    @ParameterizedTest
    @CsvSource({
        "2027-01-31T08:00:00Z, 2027-01-31T08:00:00Z",
        "2027-01-31T08:00:00.123456Z, 2027-01-31T08:00:00.123456Z",
        "2027-01-31T08:00:00-03:00, 2027-01-31T11:00:00Z",
        "2027-01-31T08:00Z, 2027-01-31T08:00:00Z"
    })
    void readsATimeWithAnyOffset(String text, Instant time) {
        assertEquals(Optional.of(time), TimeText.parse(text));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "yesterday", "2027-01-31", "2027-01-31T08:00:00", "08:00:00Z", "2027-02-31T08:00:00Z"})
    void anythingElseIsNoTime(String text) {
        assertEquals(Optional.empty(), TimeText.parse(text));
    }
}
