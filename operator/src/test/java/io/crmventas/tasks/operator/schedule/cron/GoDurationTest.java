package io.crmventas.tasks.operator.schedule.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"PT7M, 7m0s", "PT1H30M, 1h30m0s", "PT25H, 25h0m0s", "PT45S, 45s", "PT0S, 0s", "PT61S, 1m1s"})
    void writesAsGoDoes(Duration duration, String text) {
        assertEquals(text, GoDuration.format(duration));
        assertEquals(duration, GoDuration.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"1.5h, PT1H30M", ".5m, PT30S", "5.s, PT5S", "-1m30s, PT-1M-30S", "+2us, PT0.000002S", "0, PT0S"})
    void readsFractionsAndSigns(String text, Duration duration) {
        assertEquals(duration, GoDuration.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "5", "5 m", "1d", ".s", "m", "1m5", "9223372036854775808ns"})
    void refusesWhatGoRefuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> GoDuration.parse(text));
    }

    @Test
    void saysHowToWriteIt() {
        assertEquals(
                "\"1d\" is not a duration; write hours, minutes and seconds, as in 1h30m",
                assertThrows(IllegalArgumentException.class, () -> GoDuration.parse("1d"))
                        .getMessage());
    }
}
