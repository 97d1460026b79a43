package io.crmventas.tasks.runner.task.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.runner.task.ParameterReader;
import java.time.Duration;

/** Parameters of {@code cleanup}. The resource refuses short retentions too; a slip here would delete for good. */
public record CleanupParameters(
        Duration notificationRetention, Duration metricsRetention, Duration chatSessionRetention) {
    private static final String LEAST = "1d";

    /**
     * @throws io.crmventas.tasks.runner.task.InvalidParameters naming everything that is wrong
     */
    public static CleanupParameters of(JsonNode json) {
        ParameterReader read = new ParameterReader(json);
        CleanupParameters parameters = new CleanupParameters(
                read.duration("notificationRetention", "7d", LEAST),
                read.duration("metricsRetention", "30d", LEAST),
                read.duration("chatSessionRetention", "7d", LEAST));
        read.finish();
        return parameters;
    }
}
