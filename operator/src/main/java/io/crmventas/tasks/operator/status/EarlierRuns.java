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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends that nobody knew when their Jobs went, and that a later run read in the durable trace. */
final class EarlierRuns {
    /** A Job started by hand may have the name of one before it; its pod's end is heard of a while later at most. */
    private static final Duration CLOSE = Duration.ofHours(1);

    private EarlierRuns() {}

    static Tally enter(Tally tally, List<ObservedRun> runs) {
        Tally corrected = tally;
        for (EarlierRun told : runs.stream().flatMap(EarlierRuns::told).toList()) {
            Optional<RunEntry> unknown = corrected.history().stream()
                    .filter(entry -> RunResult.of(entry.result()) == RunResult.UNKNOWN && same(entry, told))
                    .findFirst();
            if (unknown.isPresent() && told.result() != RunResult.UNKNOWN) {
                corrected = correct(corrected, unknown.get(), told);
            }
        }
        return corrected;
    }

    private static Tally correct(Tally tally, RunEntry unknown, EarlierRun told) {
        RunEntry known = new RunEntry(
                unknown.jobName(),
                unknown.trigger(),
                unknown.scheduledTime(),
                unknown.completionTime(),
                unknown.durationSeconds(),
                told.result().text(),
                told.reason() == null ? told.result().text() : told.reason());
        List<RunEntry> history = new ArrayList<>(tally.history());
        history.set(history.indexOf(unknown), known);
        return tally.corrected(List.copyOf(history), known);
    }

    private static Stream<EarlierRun> told(ObservedRun run) {
        return switch (run) {
            case Reported reported ->
                Optional.ofNullable(reported.report().earlier()).stream().flatMap(List::stream);
            case Sharded sharded -> sharded.shards().stream().flatMap((Finished shard) -> told(shard));
            case Running _, Unreported _ -> Stream.empty();
        };
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
