package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** LastRunSucceeded: how the last run that did any work ended; it keeps its value while the next one goes on. */
final class LastRunSucceededCondition {
    private LastRunSucceededCondition() {}

    static void tell(Conditions conditions, @Nullable Run lastRun) {
        RunResult result = lastRun == null ? null : RunResult.of(lastRun.result());
        Optional<Condition> before = conditions.previous(Conditions.LAST_RUN_SUCCEEDED);
        boolean idle = lastRun != null && result != null && (RunRecords.skipped(result) || RunRecords.dry(lastRun));
        if (lastRun == null || result == null || (idle && before.isEmpty())) {
            conditions.put(
                    Conditions.LAST_RUN_SUCCEEDED, Conditions.UNKNOWN, Reason.NO_RUN_YET, "No run has done work yet.");
        } else if (idle) {
            conditions.keep(before.get());
        } else {
            String status = result.success() ? Conditions.TRUE : Conditions.UNKNOWN;
            String reason = lastRun.reason() == null ? lastRun.result() : lastRun.reason();
            conditions.put(
                    Conditions.LAST_RUN_SUCCEEDED,
                    result.failure() ? Conditions.FALSE : status,
                    reason,
                    explain(lastRun));
        }
    }

    private static String explain(Run run) {
        String message = "Job " + run.jobName() + ": " + run.result() + ".";
        String detail = run.message() == null ? "" : " " + Held.sentence(run.message());
        return message + detail + (run.remedy() == null ? "" : " " + run.remedy());
    }
}
