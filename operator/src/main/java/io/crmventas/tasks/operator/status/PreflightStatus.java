package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import io.crmventas.tasks.operator.status.CheckPlan.Checked;
import io.crmventas.tasks.operator.status.CheckPlan.Unchecked;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Condition Preflight, and what it means for Ready. */
public final class PreflightStatus {
    private PreflightStatus() {}

    private record Finding(String status, String reason, String message) {}

    /** @param seen the status without the check */
    public static CrmScheduledTaskStatus enter(
            CrmScheduledTaskStatus seen, CheckPlan plan, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        Finding finding = switch (plan) {
            // Also where no check is wanted: what nobody looked at, nobody knows.
            case Unchecked unchecked ->
                new Finding(Conditions.UNKNOWN, unchecked.reason().text(), unchecked.why());
            case Checked checked
            when checked.known().result() == null && checked.problem().isPresent() ->
                held(checked.known(), checked.problem().get(), previous);
            case Checked checked -> checked(checked.known());
        };
        Conditions conditions =
                new Conditions(previous == null ? null : previous.conditions(), seen.observedGeneration(), now);
        for (Condition condition : seen.conditions() == null ? List.<Condition>of() : seen.conditions()) {
            if (waits(condition)) {
                conditions.put(condition.type(), condition.status(), condition.reason(), finding.message());
            } else {
                conditions.keep(condition);
            }
        }
        conditions.put(Conditions.PREFLIGHT, finding.status(), finding.reason(), finding.message());
        return TaskStates.enter(seen.toBuilder()
                .conditions(conditions.list())
                .preflight(plan instanceof Checked checked ? checked.known() : null)
                .build());
    }

    /** Who reads only Ready is to read there why it is not. */
    private static boolean waits(Condition condition) {
        return condition.type().equals(Conditions.READY)
                && Reason.of(condition.reason()).filter(Reason::ofPreflight).isPresent();
    }

    /** Kubernetes words one and the same problem in turns: the first words stay. */
    private static Finding held(Preflight known, RunProblem problem, @Nullable CrmScheduledTaskStatus previous) {
        Reason reason = RunRecords.reason(problem.cause());
        String start = "Job " + known.jobName() + " does not continue, and no scheduled run starts before it passes: ";
        String message = Optional.ofNullable(previous)
                .flatMap(status -> Conditions.find(status.conditions(), Conditions.PREFLIGHT))
                .filter(before -> before.reason().equals(reason.text())
                        && problem.cause() != Cause.NO_POD
                        && before.message().startsWith(start))
                .map(Condition::message)
                .orElseGet(() -> start + Held.sentence(problem.detail()) + " " + reason.remedyFor(known.jobName()));
        return new Finding(Conditions.UNKNOWN, reason.text(), message);
    }

    private static Finding checked(Preflight known) {
        String job = "Job " + known.jobName();
        if (known.result() == null) {
            boolean earlier = CheckPlan.is(known.verdict(), RunResult.SUCCEEDED);
            return new Finding(
                    Conditions.UNKNOWN,
                    Reason.PREFLIGHT_RUNNING.text(),
                    job + " looks whether the task can run. "
                            + (earlier
                                    ? "The schedule goes on meanwhile, for an earlier check passed."
                                    : "No scheduled run starts before."));
        }
        if (CheckPlan.is(known.result(), RunResult.SUCCEEDED)) {
            return new Finding(
                    Conditions.TRUE,
                    Reason.PASSED.text(),
                    job + " found the task able to run."
                            + (known.message() == null ? "" : " Worth a look: " + known.message()));
        }
        boolean failed = CheckPlan.is(known.result(), RunResult.FAILED);
        String reason = known.reason() == null ? Reason.OTHER.text() : known.reason();
        return new Finding(
                failed ? Conditions.FALSE : Conditions.UNKNOWN,
                reason,
                job + (failed ? ": " : " did not tell: ")
                        + (known.message() == null ? reason + "." : Held.sentence(known.message())) + " "
                        + Reason.of(reason).orElse(Reason.OTHER).remedyFor(known.jobName())
                        + " The check repeats by itself.");
    }
}
