package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.http.HealthRoutes;
import io.crmventas.tasks.operator.http.HttpPort;
import java.time.Clock;

/** Opens the ports without authentication as the main method of the operator does. */
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
