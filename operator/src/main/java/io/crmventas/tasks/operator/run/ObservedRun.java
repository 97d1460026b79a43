package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import java.time.Instant;
import java.util.List;
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
            return problem.filter(hindered -> hindered.cause() == Cause.NO_POD).isPresent();
        }

        public Running with(RunProblem other) {
            return new Running(identity, Optional.of(other), ending, podSeen, again);
        }
    }

    /** Kubernetes has finished the run, and its result does not change any more. */
    sealed interface Finished extends ObservedRun {
        Instant completionTime();

        int attempts();
    }

    /** The container reported how the run ended. */
    record Reported(RunIdentity identity, Instant completionTime, int attempts, RunReport report) implements Finished {}

    /**
     * The run left no report.
     *
     * @param detail what Kubernetes shows, as a sentence
     */
    record Unreported(RunIdentity identity, Instant completionTime, int attempts, Cause cause, String detail)
            implements Finished {}

    /**
     * A run that several pods shared.
     *
     * @param shards how each pod's part ended, by index
     */
    record Sharded(RunIdentity identity, Instant completionTime, List<Finished> shards) implements Finished {
        @Override
        public int attempts() {
            return shards.stream().mapToInt(Finished::attempts).sum();
        }
    }
}
