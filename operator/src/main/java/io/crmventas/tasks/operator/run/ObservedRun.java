package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the operator knows of one run of a task, from its Job and pods. */
public sealed interface ObservedRun {
    RunIdentity identity();

    /**
     * The run has not finished.
     *
     * @param problem why its pod does not start; empty when it does
     * @param ending the Job has ended, and the operator waits for the last state of its pods
     * @param podSeen whether Kubernetes has created a pod for the run
     * @param again when to observe the run again if no event comes
     */
    record Running(
            RunIdentity identity,
            Optional<RunProblem> problem,
            boolean ending,
            boolean podSeen,
            Optional<Instant> again)
            implements ObservedRun {
        /** Whether Kubernetes creates no pod for the run. */
        public boolean lacksPod() {
            return problem.filter(hindered -> hindered.reason() == Reason.NO_POD)
                    .isPresent();
        }

        public Running with(RunProblem other) {
            return new Running(identity, Optional.of(other), ending, podSeen, again);
        }
    }

    /**
     * Kubernetes has finished the run, and its result does not change any more.
     *
     * @param attempts over all pods
     * @param report how the run ended
     * @param reported false: no container left a report, and this one holds what Kubernetes shows
     */
    record Finished(RunIdentity identity, Instant completionTime, int attempts, RunReport report, boolean reported)
            implements ObservedRun {

        public static Finished unreported(
                RunIdentity identity, Instant completionTime, int attempts, RunProblem problem) {
            RunReport report = RunReport.builder(identity.jobName(), problem.result())
                    .reason(problem.reason().text())
                    .message(problem.detail())
                    .build();
            return new Finished(identity, completionTime, attempts, report, false);
        }

        /** As the runner measured it: without the pod's start, and finer than Kubernetes' whole seconds. Else that of the Job. */
        public Optional<Duration> duration() {
            return ReportSanitizer.measured(report)
                    .or(() -> identity.startTime().map(start -> Duration.between(start, completionTime)));
        }
    }
}
