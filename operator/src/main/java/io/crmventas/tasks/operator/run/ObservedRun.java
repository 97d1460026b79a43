package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.api.v1alpha1.RunBuilder;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds what the operator knows of one run of a task from its Job and pods. */
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
        /** Returns whether an Event of Kubernetes can show why the run has no pod, or why its pod does not start. */
        public boolean explainedByEvent() {
            return problem.filter(hindered ->
                            hindered.reason() == Reason.NO_POD || hindered.pod().isPresent())
                    .isPresent();
        }

        public Running with(RunProblem other) {
            return new Running(identity, Optional.of(other), ending, podSeen, again);
        }
    }

    /**
     * Kubernetes has finished the run, and its result does not change any more.
     *
     * @param attempts the attempts of all pods
     * @param report how the run ended
     * @param reported false: no container left a report, and this one holds what Kubernetes shows
     */
    record Finished(RunIdentity identity, Instant completionTime, int attempts, RunReport report, boolean reported)
            implements ObservedRun {
        private static final int MOST_WARNINGS = 5;

        public static Finished unreported(
                RunIdentity identity, Instant completionTime, int attempts, RunProblem problem) {
            RunReport report = RunReport.builder(identity.jobName(), problem.result())
                    .reason(problem.reason().text())
                    .message(problem.detail())
                    .build();
            return new Finished(identity, completionTime, attempts, report, false);
        }

        /** Returns the runner's measurement, which excludes the start of the pod, or else the Job's duration. */
        public Optional<Duration> duration() {
            return ReportSanitizer.measured(report)
                    .or(() -> identity.startTime().map(start -> Duration.between(start, completionTime)));
        }

        /** Returns whether a person started a dry run. A dry run that left no report is one, too. */
        public boolean dryRun() {
            return identity.trigger() == Trigger.DRY_RUN || (identity.trigger() == Trigger.MANUAL && report.dryRun());
        }

        public Run toRun() {
            boolean bad = report.result().failure() || report.result() == RunResult.UNKNOWN;
            String reason = report.reason() == null && !bad ? report.result().text() : report.reason();
            Map<String, Long> counts = report.counts();
            return RunBuilder.builder()
                    .jobName(identity.jobName())
                    .jobUid(identity.jobUid())
                    .trigger((dryRun() ? Trigger.DRY_RUN : identity.trigger()).text())
                    .scheduledTime(identity.scheduledTime().orElse(null))
                    .startTime(identity.startTime().orElse(null))
                    .completionTime(completionTime)
                    .durationSeconds(duration()
                            .map(duration -> Math.max(0, duration.toMillis()) / 1000.0)
                            .orElse(null))
                    .attempts(attempts)
                    .result(report.result().text())
                    .reason(reason)
                    .message(report.message())
                    .remedy(bad ? Reason.of(reason).remedyFor(identity.jobName()) : null)
                    .step(report.step())
                    .counts(counts == null || counts.isEmpty() ? null : counts)
                    .warnings(firstWarnings())
                    .database(report.database())
                    .redis(report.redis())
                    .usage(usage(report.usage()))
                    .build();
        }

        /** Limits the warnings, because more would make the status hard to read. The run's log has all of them. */
        private @Nullable List<String> firstWarnings() {
            List<String> all = report.warnings();
            return all == null || all.isEmpty()
                    ? null
                    : all.stream().limit(MOST_WARNINGS).toList();
        }

        private static Run.@Nullable Usage usage(RunReport.@Nullable Usage usage) {
            return usage == null ? null : new Run.Usage(usage.cpuMillis() / 1000.0, usage.peakMemoryBytes());
        }
    }
}
