package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a Job and its pods tell about one run of a task. */
public sealed interface ObservedRun {
    RunIdentity identity();

    /**
     * Not finished, whatever its pods may have done so far.
     *
     * @param problem why its pod does not start, if that is so
     * @param ending its Job has ended, and its pods are still to be heard of; worth another look soon
     * @param podSeen whether Kubernetes has created a pod for it
     * @param again when to look at it again if no event comes
     */
    record Running(
            RunIdentity identity,
            Optional<RunProblem> problem,
            boolean ending,
            boolean podSeen,
            Optional<Instant> again)
            implements ObservedRun {
        /** Whether Kubernetes creates no pod for it. */
        public boolean lacksPod() {
            return problem.filter(hindered -> hindered.cause() == Cause.NO_POD).isPresent();
        }

        public Running with(RunProblem other) {
            return new Running(identity, Optional.of(other), ending, podSeen, again);
        }
    }

    /** Finished, as far as Kubernetes is concerned; nothing of it changes any more. */
    sealed interface Finished extends ObservedRun {
        Instant completionTime();

        int attempts();
    }

    /** The runner told how it ended. */
    record Reported(RunIdentity identity, Instant completionTime, int attempts, RunReport report) implements Finished {}

    /**
     * No report.
     *
     * @param detail what Kubernetes says, as a sentence
     */
    record Unreported(RunIdentity identity, Instant completionTime, int attempts, Cause cause, String detail)
            implements Finished {}

    /**
     * A run whose tenants were split over several pods.
     *
     * @param shards how each ended, by index
     */
    record Sharded(RunIdentity identity, Instant completionTime, List<Finished> shards) implements Finished {
        @Override
        public int attempts() {
            return shards.stream().mapToInt(Finished::attempts).sum();
        }
    }
}
