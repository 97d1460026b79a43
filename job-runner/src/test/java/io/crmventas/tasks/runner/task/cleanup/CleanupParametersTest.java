package io.crmventas.tasks.runner.task.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CleanupParametersTest {
    @Test
    void hasTheDefaultsOfTheContract() {
        assertEquals(new Cleanup(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7), 5_000), parse("{}"));
    }

    @Test
    void acceptsExactlyADay() {
        assertEquals(
                Duration.ofDays(1),
                parse("{\"notificationRetention\": \"24h\"}").notificationRetention());
    }

    @Test
    void refusesEveryRetentionBelowADayAndUnknownNamesAtOnce() {
        Failure refused = assertThrows(
                Failure.class,
                () -> parse("{\"notificationRetention\": \"23h59m59s\", \"metricsRetention\": \"0d\","
                        + " \"chatSessionRetention\": 7, \"retention\": \"1d\"}"));
        assertEquals(
                "notificationRetention: must be a duration of 1d or more such as 7d, is \"23h59m59s\"; "
                        + "metricsRetention: must be a duration of 1d or more such as 30d, is \"0d\"; "
                        + "chatSessionRetention: must be a duration of 1d or more such as 7d, is 7; "
                        + "retention: this task has no such parameter; it knows chatSessionRetention, metricsRetention,"
                        + " notificationRetention",
                refused.getMessage());
    }

    private static Cleanup parse(String json) {
        return Cleanup.read(Settings.ofParameters(json));
    }
}
