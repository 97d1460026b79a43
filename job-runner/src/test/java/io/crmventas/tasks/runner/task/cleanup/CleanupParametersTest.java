package io.crmventas.tasks.runner.task.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.runner.task.InvalidParameters;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CleanupParametersTest {
    @Test
    void hasTheDefaultsOfTheContract() throws JsonProcessingException {
        assertEquals(new CleanupParameters(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7)), parse("{}"));
    }

    @Test
    void acceptsExactlyADay() throws JsonProcessingException {
        assertEquals(
                Duration.ofDays(1),
                parse("{\"notificationRetention\": \"24h\"}").notificationRetention());
    }

    @Test
    void refusesEveryRetentionBelowADayAndUnknownNamesAtOnce() {
        InvalidParameters refused = assertThrows(
                InvalidParameters.class,
                () -> parse("{\"notificationRetention\": \"23h59m59s\", \"metricsRetention\": \"0d\","
                        + " \"chatSessionRetention\": 7, \"retention\": \"1d\"}"));
        assertEquals(
                "notificationRetention: must be 1d or more, is \"23h59m59s\"; "
                        + "metricsRetention: must be 1d or more, is \"0d\"; "
                        + "chatSessionRetention: must be a duration such as 7d, is 7; "
                        + "retention: this task has no such parameter; it knows chatSessionRetention, metricsRetention,"
                        + " notificationRetention",
                refused.getMessage());
    }

    private static CleanupParameters parse(String json) throws JsonProcessingException {
        return CleanupParameters.of(new JsonMapper().readTree(json));
    }
}
