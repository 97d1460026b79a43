package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.operator.run.Hindrance;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import java.util.List;
import java.util.Optional;

/** Running: a run goes on; with what holds it up, if something does. */
final class RunningCondition {
    private RunningCondition() {}

    static void tell(Conditions conditions, List<Running> active) {
        if (active.isEmpty()) {
            conditions.put(Conditions.RUNNING, Conditions.FALSE, Reason.IDLE, "No run is active.");
            return;
        }
        Optional<Running> held =
                active.stream().filter(run -> run.hindrance().isPresent()).findFirst();
        Running shown = held.orElse(active.getFirst());
        Reason reason =
                shown.hindrance().map(Hindrance::why).map(RunRecords::reason).orElse(Reason.ACTIVE);
        String job = shown.identity().jobName();
        String message = shown.hindrance()
                .map(hindrance -> Held.message(conditions, job, hindrance))
                .orElse("Job " + job + " runs.");
        conditions.put(Conditions.RUNNING, Conditions.TRUE, reason, message);
    }
}
