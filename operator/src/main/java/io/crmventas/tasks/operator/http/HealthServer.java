package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.TaskOperator;
import java.time.Clock;

/** The open port: health and metrics. */
public final class HealthServer {
    private HealthServer() {}

    /** @param port 0: any free one */
    public static HttpPort start(int port, TaskOperator operator, Clock clock) {
        return HttpPort.plain(port, routes(operator, clock));
    }

    static HealthRoutes routes(TaskOperator operator, Clock clock) {
        return new HealthRoutes(operator::look, operator::standstill, operator.metrics(), clock);
    }
}
