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
        "2027-01-31T08:00Z, 2027-01-31T08:00:00Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z"
    })
    void readsATimeWithAnyOffset(String text, Instant time) {
        assertEquals(Optional.of(time), TimeText.parse(text));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2027-01-31",
                "2027-01-31T08:00:00",
                "08:00:00Z",
                "2027-02-31T08:00:00Z",
                "+10000-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59Z",
                "-0001-12-31T23:59:59Z",
                "-999999999-01-01T00:00:00Z",
                "9999-12-31T23:00:00-05:00",
                "0000-01-01T00:00:00+05:00"
            })
    void anythingElseIsNoTime(String text) {
        assertEquals(Optional.empty(), TimeText.parse(text));
    }
}
