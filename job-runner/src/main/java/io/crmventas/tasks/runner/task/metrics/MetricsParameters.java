package io.crmventas.tasks.runner.task.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.runner.task.ParameterReader;
import java.time.Duration;

/** @param window what the totals and leads cover, up to now; two days at least, so that it holds every local day */
public record MetricsParameters(Duration window) {
    public static MetricsParameters parse(JsonNode parameters) {
        ParameterReader reader = new ParameterReader(parameters);
        MetricsParameters parsed = new MetricsParameters(reader.duration("window", "30d", "2d"));
        reader.finish();
        return parsed;
    }
}
