package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.runner.task.InvalidParameters;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsParametersTest {
    private static MetricsParameters parse(String json) throws JsonProcessingException {
        return MetricsParameters.parse(new JsonMapper().readTree(json));
    }

    @Test
    void windowIsThirtyDaysUnlessToldOtherwise() throws JsonProcessingException {
        assertEquals(Duration.ofDays(30), parse("{}").window());
        assertEquals(Duration.ofDays(2), parse("{\"window\": \"48h\"}").window());
    }

    @Test
    void windowMustHoldEveryLocalDay() {
        InvalidParameters refused = assertThrows(InvalidParameters.class, () -> parse("""
                {"window": "47h", "days": 3}"""));

        assertTrue(String.valueOf(refused.getMessage()).contains("window"));
        assertTrue(String.valueOf(refused.getMessage()).contains("days"));
    }
}
