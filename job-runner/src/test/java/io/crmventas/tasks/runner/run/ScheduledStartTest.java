package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduledStartTest {
    /** This is minute 29,403,845 since 1970, which the names of the Jobs below end in. */
    private static final Instant SCHEDULED = Instant.parse("2025-11-27T08:05:00Z");

    @Test
    void readsTheScheduledTimeFromTheNameOfTheJob() {
        assertEquals(Optional.of(SCHEDULED), scheduled("cleanup-29403845").map(ScheduledStart::time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cleanup",
                "cleanup-by-hand",
                "cleanup-run-29403845",
                "cleanup-1",
                "cleanup-20261125",
                "cleanup-29403845-x",
                "other-29403845",
                ""
            })
    void manualJobHasNoScheduledTime(String job) {
        assertEquals(Optional.empty(), scheduled(job));
    }

    @ParameterizedTest
    @CsvSource({
        "2025-11-27T08:04:00Z, false",
        "2025-11-27T08:05:03Z, false",
        "2025-11-27T08:07:00Z, false",
        "2025-11-27T08:07:00.001Z, true",
        "2025-11-28T00:00:00Z, true"
    })
    void startIsMissedOnlyAfterTheDeadline(Instant start, boolean missed) {
        assertEquals(missed, scheduled("cleanup-29403845").orElseThrow().missed(start));
    }

    private static Optional<ScheduledStart> scheduled(String job) {
        return ScheduledStart.of("cleanup", job, Duration.ofMinutes(2), SCHEDULED);
    }
}
