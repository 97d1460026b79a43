package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator's account may not read the ConfigMap that pauses all tasks. */
@ExtendWith(LocalApiServerExtension.class)
class UnreadablePauseIT {
    private static final String TASK = "cleanup";

    /** In this namespace the account has no Role. */
    private static final Map<String, String> WITHOUT_ROLE = Map.of("POD_NAMESPACE", "kube-public");

    /** Starting takes two minutes, because JOSDK waits so long for the refused watch. */
    @Test
    void startsNoScheduledRunAndAsksForARestart(LocalApiServer server) {
        SteppingClock clock = new SteppingClock(Instant.now());
        try (OperatorHarness crm =
                OperatorHarness.start(server, WITHOUT_ROLE, OperatorHarness.operatorClient(server), clock)) {
            crm.create(TASK, "{task: cleanup, interval: 5m}");
            CrmScheduledTaskStatus status = crm.await(TASK, condition("Suspended", "True"));
            assertEquals("GloballyPaused", reason(status, "Suspended"));
            String message = message(status, "Suspended");
            assertTrue(message.contains("cannot read ConfigMap crm-task-operator-pause"), message);
            assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend());

            assertFalse(crm.operator().look().watching());
            eventually(true, () -> {
                clock.advance(Liveness.WATCH_AWAY.plusMinutes(1));
                return crm.operator().standstill().isPresent();
            });
        }
    }
}
