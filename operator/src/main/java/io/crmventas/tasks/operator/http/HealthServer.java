package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.TaskOperator;
import java.time.Clock;

/** The two open ports: health and metrics, and the probes. */
public final class HealthServer {
    private HealthServer() {}

    /** @param port 0: any free one */
    public static HttpPort start(int port, TaskOperator operator, Clock clock) {
        return HttpPort.plain(port, routes(operator, clock));
    }

    /**
     * The port of the kubelet's probes. It is apart, so that no number of other connections makes a probe fail.
     *
     * @param port 0: any free one
     */
    public static HttpPort startProbes(int port, TaskOperator operator, Clock clock) {
        return HttpPort.plain(port, routes(operator, clock).probes());
    }

    static HealthRoutes routes(TaskOperator operator, Clock clock) {
        return new HealthRoutes(operator::look, operator::standstill, operator.metrics(), clock);
    }
}
