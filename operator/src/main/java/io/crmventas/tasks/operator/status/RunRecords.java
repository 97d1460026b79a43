package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finished runs in the form of {@code status.lastRun}. */
public final class RunRecords {
    private static final int MOST_WARNINGS = 5;

    private RunRecords() {}

    public static Run record(Finished run) {
        RunReport report = run.report();
        boolean fine = report.result().success() || skipped(report.result());
        String reason = report.reason() == null && fine ? report.result().text() : report.reason();
        Map<String, Long> counts = report.counts();
        return new Run(
                run.identity().jobName(),
                run.identity().jobUid(),
                run.identity().trigger().text(),
                run.identity().scheduledTime().map(Instant::toString).orElse(null),
                run.identity().startTime().map(Instant::toString).orElse(null),
                run.completionTime().toString(),
                run.duration()
                        .map(duration -> Math.max(0, duration.toMillis()) / 1000.0)
                        .orElse(null),
                run.attempts(),
                report.result().text(),
                reason,
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

    /** The first ones: the rest is in the run's log, and a status is read by people. */
    private static @Nullable List<String> warnings(@Nullable List<String> all) {
        return all == null || all.isEmpty()
                ? null
                : all.stream().limit(MOST_WARNINGS).toList();
    }

    private static Run.@Nullable Usage usage(RunReport.@Nullable Usage usage) {
        return usage == null ? null : new Run.Usage(usage.cpuMillis() / 1000.0, usage.peakMemoryBytes());
    }

    /** A dry run shows how a run would end, and counts nowhere. */
    static boolean dry(Run run) {
        return Boolean.TRUE.equals(run.dryRun());
    }

    static boolean skipped(RunResult result) {
        return result == RunResult.SKIPPED_LOCKED || result == RunResult.SKIPPED_LATE;
    }
}
