package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Creates runs of a task from the name of the Job and the second of the end. */
public final class TestRuns {
    private TestRuns() {}

    public static ObservedRun running(String job) {
        return new Running(identity(job, Trigger.SCHEDULED), Optional.empty(), false, true, Optional.empty());
    }

    public static ObservedRun ended(String job, int second, RunResult result) {
        return reported(identity(job, Trigger.SCHEDULED), second, result);
    }

    public static ObservedRun manual(String job, int second, RunResult result) {
        return reported(identity(job, Trigger.MANUAL), second, result);
    }

    public static ObservedRun dry(String job, int second, RunResult result) {
        return reported(identity(job, Trigger.DRY_RUN), second, result);
    }

    public static ObservedRun lost(String job, int second) {
        return lost(identity(job, Trigger.SCHEDULED), second);
    }

    public static ObservedRun lost(RunIdentity identity, int second) {
        return Finished.unreported(identity, at(second), 1, new RunProblem(Reason.REPORT_MISSING, "The pod is gone."));
    }

    public static ObservedRun reported(RunIdentity identity, int second, RunResult result) {
        RunReport report = RunReport.builder("cleanup", result)
                .reason(result.failure() ? "DatabaseUnavailable" : null)
                .message(result.failure() ? "No answer." : null)
                .attempts(1)
                .counts(Map.of())
                .build();
        return new Finished(identity, at(second), 1, report, true);
    }

    public static RunIdentity identity(String job, Trigger trigger) {
        return new RunIdentity(job, "uid-" + job, trigger, Optional.empty(), Optional.empty());
    }

    public static Instant at(int second) {
        return Instant.parse("2026-11-23T11:00:00Z").plusSeconds(second);
    }
}
