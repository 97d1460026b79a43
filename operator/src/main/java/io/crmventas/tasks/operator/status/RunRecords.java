package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Reported;
import io.crmventas.tasks.operator.run.ObservedRun.Sharded;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finished runs in the form of {@code status.lastRun}. */
public final class RunRecords {
    private static final int MOST_WARNINGS = 5;

    private RunRecords() {}

    public static Run record(Finished run) {
        return switch (run) {
            case Reported reported -> reported(reported);
            case Unreported unreported -> unreported(unreported);
            case Sharded sharded ->
                merged(sharded.shards().stream().map(RunRecords::record).toList());
        };
    }

    public static Reason reason(Cause why) {
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

    /** A dry run shows how a run would end, and counts nowhere. */
    static boolean dry(Run run) {
        return Boolean.TRUE.equals(run.dryRun());
    }

    static boolean skipped(RunResult result) {
        return result == RunResult.SKIPPED_LOCKED || result == RunResult.SKIPPED_LATE;
    }

    /** As the runner measured it: without the pod's start, and finer than Kubernetes' whole seconds. */
    private static Optional<Double> seconds(RunReport report) {
        return TimeText.parse(report.startTime())
                .flatMap(start -> TimeText.parse(report.completionTime()).map(end -> seconds(start, end)));
    }

    private static Optional<Double> seconds(RunIdentity identity, Instant completion) {
        return identity.startTime().map(start -> seconds(start, completion));
    }

    private static double seconds(Instant start, Instant end) {
        return Math.max(0, Duration.between(start, end).toMillis()) / 1000.0;
    }

    /**
     * One record of a run whose tenants were split over several pods: the sum of the work, and the first failure.
     *
     * @param shards by index, each as a run of its own
     */
    static Run merged(List<Run> shards) {
        Optional<Run> worst = first(shards, RunResult::failure).or(() -> first(shards, RunResult.UNKNOWN::equals));
        RunResult result = mergedResult(shards.stream().map(RunRecords::result).toList());
        Run any = shards.getFirst();
        return new Run(
                any.jobName(),
                any.jobUid(),
                any.trigger(),
                any.scheduledTime(),
                any.startTime(),
                any.completionTime(),
                longest(shards),
                shards.stream().mapToInt(Run::attempts).sum(),
                result.text(),
                worst.map(Run::reason).orElse(result.text()),
                worst.map(run -> message(shards, run)).orElse(null),
                worst.map(Run::remedy).orElse(null),
                worst.map(Run::step).orElse(null),
                counts(shards),
                any.dryRun(),
                allWarnings(shards),
                worst.orElse(any).database(),
                worst.orElse(any).redis(),
                totalUsage(shards));
    }

    private static @Nullable List<String> allWarnings(List<Run> shards) {
        List<String> all = shards.stream()
                .flatMap(run -> Optional.ofNullable(run.warnings()).stream())
                .flatMap(List::stream)
                .distinct()
                .limit(MOST_WARNINGS)
                .toList();
        return all.isEmpty() ? null : all;
    }

    /** The processor time of all shards, and the memory of the largest, because each pod has a limit of its own. */
    private static Run.@Nullable Usage totalUsage(List<Run> shards) {
        return shards.stream()
                .flatMap(run -> Optional.ofNullable(run.usage()).stream())
                .reduce((one, other) -> new Run.Usage(
                        one.cpuSeconds() + other.cpuSeconds(),
                        Math.max(one.peakMemoryBytes(), other.peakMemoryBytes())))
                .orElse(null);
    }

    static RunResult mergedResult(List<RunResult> shards) {
        if (shards.stream().anyMatch(RunResult::failure)) {
            return shards.stream().allMatch(RunResult.FAILED::equals) ? RunResult.FAILED : RunResult.PARTIAL;
        }
        // A shard that another run kept from its work does not decide over the result.
        return Stream.of(RunResult.UNKNOWN, RunResult.SUCCEEDED, RunResult.NO_WORK, RunResult.SKIPPED_LOCKED)
                .filter(shards::contains)
                .findFirst()
                .orElse(RunResult.SKIPPED_LATE);
    }

    private static String message(List<Run> shards, Run worst) {
        long bad = shards.stream()
                .filter(run -> result(run).failure() || result(run) == RunResult.UNKNOWN)
                .count();
        String detail = worst.message() == null ? "" : " " + worst.message();
        return bad + " of " + shards.size() + " shards did not end well. Shard " + shards.indexOf(worst) + ":" + detail;
    }

    private static Optional<Run> first(List<Run> shards, Predicate<RunResult> wanted) {
        return shards.stream().filter(run -> wanted.test(result(run))).findFirst();
    }

    private static RunResult result(Run run) {
        return RunResult.of(run.result());
    }

    private static @Nullable Double longest(List<Run> shards) {
        return shards.stream()
                .map(Run::durationSeconds)
                .filter(Objects::nonNull)
                .max(Double::compare)
                .orElse(null);
    }

    private static @Nullable Map<String, Long> counts(List<Run> shards) {
        Map<String, Long> sums = new TreeMap<>();
        shards.stream()
                .map(Run::counts)
                .filter(Objects::nonNull)
                .forEach(counts -> counts.forEach((name, count) -> sums.merge(name, count, Long::sum)));
        return sums.isEmpty() ? null : sums;
    }
}
