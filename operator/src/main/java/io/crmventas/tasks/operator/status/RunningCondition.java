package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunProblem;
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
                active.stream().filter(run -> run.problem().isPresent()).findFirst();
        Running shown = held.orElse(active.getFirst());
        Reason reason =
                shown.problem().map(RunProblem::cause).map(RunRecords::reason).orElse(Reason.ACTIVE);
        String job = shown.identity().jobName();
        String message = shown.problem()
                .map(problem -> Held.message(conditions, job, problem))
                .orElse("Job " + job + " runs.");
        conditions.put(Conditions.RUNNING, Conditions.TRUE, reason, message);
    }
}
