package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.EarlierRun;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Finished;
import io.crmventas.tasks.operator.observed.ObservedRun.Reported;
import io.crmventas.tasks.operator.observed.ObservedRun.Running;
import io.crmventas.tasks.operator.observed.ObservedRun.Sharded;
import io.crmventas.tasks.operator.observed.ObservedRun.Unreported;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ends that nobody knew when their Jobs went, or that only Kubernetes told of, and that a later run read in the durable
 * trace. A report that was read says the same as the trace.
 */
final class EarlierRuns {
    /** A Job started by hand may have the name of one before it; its pod's end is heard of a while later at most. */
    private static final Duration CLOSE = Duration.ofHours(1);

    /** How Kubernetes ends a pod that may have committed its work before. */
    private static final Set<String> CUT_OFF = Stream.of(
                    Reason.EVICTED, Reason.OUT_OF_MEMORY, Reason.CRASHED, Reason.DEADLINE_EXCEEDED)
            .map(Reason::text)
            .collect(Collectors.toSet());

    private EarlierRuns() {}

    static Tally enter(Tally tally, List<ObservedRun> runs) {
        Tally corrected = tally;
        for (EarlierRun told : runs.stream().flatMap(EarlierRuns::told).toList()) {
            Optional<RunEntry> silent = corrected.history().stream()
                    .filter(entry -> silent(entry) && same(entry, told))
                    .findFirst();
            if (silent.isPresent()
                    && told.result() != RunResult.UNKNOWN
                    && told.result() != RunResult.of(silent.get().result())) {
                corrected = correct(corrected, silent.get(), told);
            }
        }
        return corrected;
    }

    /** Whether its end is told without a report. */
    private static boolean silent(RunEntry entry) {
        RunResult result = RunResult.of(entry.result());
        return result == RunResult.UNKNOWN
                || (result == RunResult.FAILED && entry.reason() != null && CUT_OFF.contains(entry.reason()));
    }

    private static Tally correct(Tally tally, RunEntry silent, EarlierRun told) {
        RunEntry known = new RunEntry(
                silent.jobName(),
                silent.trigger(),
                silent.scheduledTime(),
                silent.completionTime(),
                silent.durationSeconds(),
                told.result().text(),
                told.reason() == null ? told.result().text() : told.reason());
        List<RunEntry> history = new ArrayList<>(tally.history());
        history.set(history.indexOf(silent), known);
        return tally.corrected(List.copyOf(history), silent, known);
    }

    private static Stream<EarlierRun> told(ObservedRun run) {
        return switch (run) {
            case Reported reported ->
                Optional.ofNullable(reported.report().earlier()).stream().flatMap(List::stream);
            case Sharded sharded ->
                sharded.shards().stream()
                        .flatMap((Finished shard) -> told(shard))
                        .collect(Collectors.groupingBy(EarlierRun::jobName, LinkedHashMap::new, Collectors.toList()))
                        .values()
                        .stream()
                        .filter(ends -> ends.size() == sharded.shards().size())
                        .map(EarlierRuns::whole);
            case Running _, Unreported _ -> Stream.empty();
        };
    }

    /** Each shard knows of its own end only: a run is known when all tell of it. */
    private static EarlierRun whole(List<EarlierRun> shards) {
        RunResult result =
                ShardedRun.result(shards.stream().map(EarlierRun::result).toList());
        EarlierRun worst = shards.stream()
                .filter(shard -> shard.result().failure())
                .findFirst()
                .orElse(shards.getFirst());
        return new EarlierRun(worst.jobName(), result, worst.reason(), worst.completionTime());
    }

    private static boolean same(RunEntry entry, EarlierRun told) {
        if (!entry.jobName().equals(told.jobName())) {
            return false;
        }
        // The name of a scheduled Job holds its slot.
        return RunOrder.scheduled(entry.trigger())
                || (entry.completionTime() != null
                        && told.completionTime() != null
                        && Duration.between(Instant.parse(told.completionTime()), Instant.parse(entry.completionTime()))
                                        .abs()
                                        .compareTo(CLOSE)
                                < 0);
    }
}
