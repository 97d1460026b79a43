package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Reported;
import io.crmventas.tasks.operator.run.ObservedRun.Sharded;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A finished run as {@code status.lastRun} tells it. */
final class RunRecords {
    private static final int MOST_WARNINGS = 5;

    private RunRecords() {}

    static Run of(Finished run) {
        return switch (run) {
            case Reported reported -> reported(reported);
            case Unreported unreported -> unreported(unreported);
            case Sharded sharded ->
                ShardedRun.of(sharded.shards().stream().map(RunRecords::of).toList());
        };
    }

    static Reason reason(Cause why) {
        return switch (why) {
            case IMAGE_PULL -> Reason.IMAGE_PULL_FAILED;
            case START_FAILED -> Reason.START_FAILED;
            case UNSCHEDULABLE -> Reason.UNSCHEDULABLE;
            case NO_POD -> Reason.NO_POD;
            case NOT_ENDED -> Reason.NOT_ENDED;
            case NOT_STARTED -> Reason.NOT_STARTED;
            case OUT_OF_MEMORY -> Reason.OUT_OF_MEMORY;
            case EVICTED -> Reason.EVICTED;
            case DEADLINE_EXCEEDED -> Reason.DEADLINE_EXCEEDED;
            case CRASHED -> Reason.CRASHED;
            case REPORT_MISSING -> Reason.REPORT_MISSING;
            case POD_LOST -> Reason.POD_LOST;
            case JOB_DELETED -> Reason.JOB_DELETED;
            case REPLACED -> Reason.REPLACED;
        };
    }

    /** Failed where the work cannot have been finished; Unknown where it may have been. */
    private static RunResult result(Cause why) {
        return switch (why) {
            case IMAGE_PULL,
                    START_FAILED,
                    UNSCHEDULABLE,
                    NO_POD,
                    NOT_STARTED,
                    OUT_OF_MEMORY,
                    EVICTED,
                    DEADLINE_EXCEEDED,
                    CRASHED -> RunResult.FAILED;
            case REPORT_MISSING, POD_LOST, NOT_ENDED, JOB_DELETED, REPLACED -> RunResult.UNKNOWN;
        };
    }

    private static Run reported(Reported run) {
        RunReport report = run.report();
        boolean fine = report.result().success() || skipped(report.result());
        String reason = report.reason();
        Map<String, Long> counts = report.counts();
        return new Run(
                run.identity().jobName(),
                run.identity().jobUid(),
                run.identity().trigger().text(),
                run.identity().scheduledTime().map(Instant::toString).orElse(null),
                run.identity().startTime().map(Instant::toString).orElse(null),
                run.completionTime().toString(),
                seconds(report)
                        .or(() -> seconds(run.identity(), run.completionTime()))
                        .orElse(null),
                run.attempts(),
                report.result().text(),
                reason == null && fine ? report.result().text() : reason,
                report.message(),
                fine
                        ? null
                        : Reason.of(reason)
                                .orElse(Reason.OTHER)
                                .remedyFor(run.identity().jobName()),
                report.step(),
                counts == null || counts.isEmpty() ? null : counts,
                report.dryRun() ? true : null,
                warnings(report.warnings()),
                report.database(),
                report.redis(),
                usage(report.usage()));
    }

    private static Run unreported(Unreported run) {
        Reason reason = reason(run.cause());
        return new Run(
                run.identity().jobName(),
                run.identity().jobUid(),
                run.identity().trigger().text(),
                run.identity().scheduledTime().map(Instant::toString).orElse(null),
                run.identity().startTime().map(Instant::toString).orElse(null),
                run.completionTime().toString(),
                seconds(run.identity(), run.completionTime()).orElse(null),
                run.attempts(),
                result(run.cause()).text(),
                reason.text(),
                run.detail(),
                reason.remedyFor(run.identity().jobName()),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The first ones: the rest is in the run's log, and a status is read by people. */
    private static @Nullable List<String> warnings(@Nullable List<String> all) {
        return all == null || all.isEmpty()
                ? null
                : all.stream().limit(MOST_WARNINGS).toList();
    }

    private static Run.@Nullable Usage usage(RunReport.@Nullable Usage usage) {
        return usage == null ? null : new Run.Usage(usage.cpuMillis() / 1000.0, usage.peakMemoryBytes());
    }

    /** What was rolled back says how a run would end, not how one did. */
    static boolean dry(Run run) {
        return Boolean.TRUE.equals(run.dryRun());
    }

    static boolean skipped(RunResult result) {
        return result == RunResult.SKIPPED_LOCKED || result == RunResult.SKIPPED_LATE;
    }

    /** As the runner measured it: without the pod's start, and finer than Kubernetes' whole seconds. */
    private static Optional<Double> seconds(RunReport report) {
        Instant start = instant(report.startTime());
        Instant end = instant(report.completionTime());
        return start == null || end == null ? Optional.empty() : Optional.of(seconds(start, end));
    }

    private static Optional<Double> seconds(RunIdentity identity, Instant completion) {
        return identity.startTime().map(start -> seconds(start, completion));
    }

    private static double seconds(Instant start, Instant end) {
        return Math.max(0, Duration.between(start, end).toMillis()) / 1000.0;
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }
}
