package io.crmventas.tasks.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"5m,300", "1h30m,5400", "7d,604800", "1d12h,129600", "90s,90", "0s,0", "24h,86400", "60m,3600"})
    void readsWholeNumbersWithUnits(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), DurationText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "5 m", "-5m", "1.5h", "5M", "1w", "5ms", "9999999s", "30m1h", "1h1h"})
    void refusesEverythingElseAndNamesTheGrammar(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> DurationText.parse(text));
        assertTrue(refusal.getMessage().contains("as in 90s, 5m, 1h30m or 30d"), refusal.getMessage());
    }

    @Test
    void readsBackWhatItFormats() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            Duration duration = Duration.ofSeconds(random.nextLong(100_000_000));
            assertEquals(duration, DurationText.parse(DurationText.format(duration)));
        }
    }
}
