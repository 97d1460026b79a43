package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsParametersTest {
    private static MetricsRefresh parse(String json) {
        return MetricsRefresh.read(Settings.ofParameters(json));
    }

    @Test
    void windowIsThirtyDaysByDefault() {
        assertEquals(Duration.ofDays(30), parse("{}").window());
        assertEquals(Duration.ofDays(2), parse("{\"window\": \"48h\"}").window());
    }

    @Test
    void refusesAWindowBelowTwoDaysAndUnknownNames() {
        Failure refused = assertThrows(Failure.class, () -> parse("""
                {"window": "47h", "days": 3}"""));

        assertTrue(String.valueOf(refused.getMessage()).contains("window"));
        assertTrue(String.valueOf(refused.getMessage()).contains("days"));
    }
}
