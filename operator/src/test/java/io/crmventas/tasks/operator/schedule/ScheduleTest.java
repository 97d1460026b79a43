package io.crmventas.tasks.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    /** The deadline must be shorter than the shortest gap. Otherwise Kubernetes starts a run that must be skipped. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '=',
            value = {
                "* * * * *     = 45",
                "*/5 * * * *   = 225",
                "0 8 * * *     = 300",
                "0,45 * * * *  = 300",
                "0 8 * * 1-5   = 300",
                "*/59 * * * *  = 45",
                "0 0 29 2 *    = 300",
                "@every 7m     = 300"
            })
    void startDeadlineIsThreeQuartersOfTheShortestGapAndFiveMinutesAtMost(String schedule, int seconds) {
        assertEquals(
                Duration.ofSeconds(seconds), KubernetesSchedules.read(schedule).startDeadline());
    }
}
