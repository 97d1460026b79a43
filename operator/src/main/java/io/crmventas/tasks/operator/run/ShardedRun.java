package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run whose tenants are split over several pods.
 *
 * @param shards the end of each pod's part, by index
 */
record ShardedRun(List<Finished> shards) {

    /** Merges the shards to one run: the sum of the work, the time of the slowest shard, and the first failure. */
    Finished merged(RunIdentity identity, Instant completionTime) {
        Optional<RunReport> worst = first(RunResult::failure).or(() -> first(RunResult.UNKNOWN::equals));
        RunReport slowest = shards.stream()
                .max(Comparator.comparing(shard -> shard.duration().orElse(Duration.ZERO)))
                .orElseThrow()
                .report();
        RunReport any = shards.getFirst().report();
        RunReport report = RunReport.builder(any.task(), result())
                .reason(worst.map(RunReport::reason).orElse(null))
                .message(worst.map(this::message).orElse(null))
                .step(worst.map(RunReport::step).orElse(null))
                .startTime(slowest.startTime())
                .completionTime(slowest.completionTime())
                .dryRun(any.dryRun())
                .counts(counts())
                .warnings(warnings())
                .database(worst.orElse(any).database())
                .redis(worst.orElse(any).redis())
                .usage(usage())
                .build();
        return new Finished(
                identity,
                completionTime,
                shards.stream().mapToInt(Finished::attempts).sum(),
                report,
                shards.stream().anyMatch(Finished::reported));
    }

    private RunResult result() {
        List<RunResult> results = reports().map(RunReport::result).toList();
        if (results.stream().anyMatch(RunResult::failure)) {
            return results.stream().allMatch(RunResult.FAILED::equals) ? RunResult.FAILED : RunResult.PARTIAL;
        }
        // A shard that found its lock taken does not decide the result.
        return Stream.of(RunResult.UNKNOWN, RunResult.SUCCEEDED, RunResult.NO_WORK, RunResult.SKIPPED_LOCKED)
                .filter(results::contains)
                .findFirst()
                .orElse(RunResult.SKIPPED_LATE);
    }

    private String message(RunReport worst) {
        List<RunReport> reports = reports().toList();
        long bad = reports()
                .filter(report -> report.result().failure() || report.result() == RunResult.UNKNOWN)
                .count();
        String detail = worst.message() == null ? "" : " " + worst.message();
        return bad + " of " + reports.size() + " shards did not end well. Shard " + reports.indexOf(worst) + ":"
                + detail;
    }

    private Optional<RunReport> first(Predicate<RunResult> wanted) {
        return reports().filter(report -> wanted.test(report.result())).findFirst();
    }

    private Map<String, Long> counts() {
        Map<String, Long> sums = new TreeMap<>();
        reports()
                .map(RunReport::counts)
                .filter(Objects::nonNull)
                .forEach(counts -> counts.forEach((name, count) -> sums.merge(name, count, Long::sum)));
        return sums;
    }

    private List<String> warnings() {
        return reports()
                .map(RunReport::warnings)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Adds the processor times, and takes the largest memory, because each pod has a limit of its own. */
    private RunReport.@Nullable Usage usage() {
        return reports()
                .map(RunReport::usage)
                .filter(Objects::nonNull)
                .reduce((one, other) -> new RunReport.Usage(
                        one.cpuMillis() + other.cpuMillis(), Math.max(one.peakMemoryBytes(), other.peakMemoryBytes())))
                .orElse(null);
    }

    private Stream<RunReport> reports() {
        return shards.stream().map(Finished::report);
    }
}
