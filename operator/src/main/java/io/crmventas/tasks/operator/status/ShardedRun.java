package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One record of a run whose tenants were split over several pods: what all did, and what went wrong first. */
final class ShardedRun {
    private static final int MOST_WARNINGS = 5;

    private ShardedRun() {}

    /** @param shards by index, each as if it had been the run */
    static Run of(List<Run> shards) {
        Optional<Run> worst = first(shards, RunResult::failure).or(() -> first(shards, RunResult.UNKNOWN::equals));
        RunResult result = result(shards.stream().map(ShardedRun::result).toList());
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
                warnings(shards),
                worst.orElse(any).database(),
                worst.orElse(any).redis(),
                usage(shards));
    }

    private static @Nullable List<String> warnings(List<Run> shards) {
        List<String> all = shards.stream()
                .flatMap(run -> Optional.ofNullable(run.warnings()).stream())
                .flatMap(List::stream)
                .distinct()
                .limit(MOST_WARNINGS)
                .toList();
        return all.isEmpty() ? null : all;
    }

    /** Processor time of all; memory of the largest, for each pod has a limit of its own. */
    private static Run.@Nullable Usage usage(List<Run> shards) {
        return shards.stream()
                .flatMap(run -> Optional.ofNullable(run.usage()).stream())
                .reduce((one, other) -> new Run.Usage(
                        one.cpuSeconds() + other.cpuSeconds(),
                        Math.max(one.peakMemoryBytes(), other.peakMemoryBytes())))
                .orElse(null);
    }

    static RunResult result(List<RunResult> shards) {
        if (shards.stream().anyMatch(RunResult::failure)) {
            return shards.stream().allMatch(RunResult.FAILED::equals) ? RunResult.FAILED : RunResult.PARTIAL;
        }
        // What one shard skipped, because another run was at it, leaves the word to the shards that worked.
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
