package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.http.HealthRoutes;
import io.crmventas.tasks.operator.http.HttpPort;
import java.time.Clock;

/** The open ports of an operator, as its main method opens them. */
public final class TestPorts {
    private TestPorts() {}

    public static HealthRoutes routes(TaskOperator operator, Clock clock) {
        return new HealthRoutes(operator::look, operator::standstill, operator.metrics(), clock);
    }

    public static HttpPort health(TaskOperator operator) {
        return HttpPort.plain(0, routes(operator, Clock.systemUTC()));
    }

    public static HttpPort probes(TaskOperator operator) {
        return HttpPort.plain(0, routes(operator, Clock.systemUTC()).probes());
    }
}
