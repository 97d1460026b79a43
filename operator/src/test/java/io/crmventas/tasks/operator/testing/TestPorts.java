package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.http.HealthRoutes;
import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.OperatorView.Loop;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the ports without authentication as the main method of the operator does. */
public final class TestPorts {
    private TestPorts() {}

    /** The view of a leader whose watches work. */
    public static OperatorView leader(List<CrmScheduledTask> tasks) {
        Loop idle = new Loop(0, 0, Optional.empty(), Optional.empty());
        return new OperatorView(() -> tasks, true, true, true, Map.of(), true, idle);
    }

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
