package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last run and what is counted over runs. Each finished run counts once, in the order of their ends, however many
 * ended since the previous status was written, and whether or not their Jobs still exist.
 *
 * @param history the newest first
 * @param told runs that the previous status did not know of, or did not know the end of
 * @param fresh those of them that it did not know of, in the order of their ends
 */
public record Tally(
        @Nullable Run lastRun,
        @Nullable String lastSuccessTime,
        @Nullable String lastFailureTime,
        int consecutiveFailures,
        Counters counters,
        List<RunEntry> history,
        List<Run> told,
        List<Run> fresh) {

    private static final Tally NOTHING = new Tally(null, null, null, 0, Counters.ZERO, List.of(), List.of(), List.of());

    /** @param runs all that Kubernetes still knows of, or that were seen since {@code previous} was written */
    public static Tally of(CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous, List<ObservedRun> runs) {
        int limit = RunHistory.limit(task);
        KnownRuns known = KnownRuns.of(previous, limit);
        List<Run> told = finished(previous, runs).stream()
                .filter(run -> known.isNew(run) || known.corrects(run))
                .toList();
        Tally tally = before(previous);
        for (Run run : told) {
            tally = tally.plus(run, known.corrects(run));
        }
        List<RunEntry> history = RunHistory.next(previous, told, limit);
        boolean late = told.stream().anyMatch(run -> known.late(run));
        // The history does not say which failures were forgiven: no more can be held against the task than are new.
        int most = before(previous).consecutiveFailures
                + (int) told.stream()
                        .filter(run -> RunOrder.scheduled(run.trigger())
                                && RunResult.of(run.result()).failure())
                        .count();
        return new Tally(
                tally.lastRun,
                tally.lastSuccessTime,
                tally.lastFailureTime,
                late ? RunHistory.failures(history, most) : tally.consecutiveFailures,
                tally.counters,
                history,
                told,
                told.stream().filter(known::isNew).toList());
    }

    private static Tally before(@Nullable CrmScheduledTaskStatus previous) {
        return previous == null
                ? NOTHING
                : new Tally(
                        previous.lastRun(),
                        previous.lastSuccessTime(),
                        previous.lastFailureTime(),
                        previous.consecutiveFailures() == null ? 0 : previous.consecutiveFailures(),
                        previous.counters() == null ? Counters.ZERO : previous.counters(),
                        List.of(),
                        List.of(),
                        List.of());
    }

    private static List<Run> finished(@Nullable CrmScheduledTaskStatus previous, List<ObservedRun> runs) {
        return runs.stream()
                .filter(Finished.class::isInstance)
                .map(run -> RunRecords.of(Held.remembered((Finished) run, previous)))
                .sorted(RunOrder.BY_END)
                .toList();
    }

    private Tally plus(Run run, boolean correction) {
        RunResult result = RunResult.of(run.result());
        boolean newest = lastRun == null || KnownRuns.same(run, lastRun) || RunOrder.BY_END.compare(run, lastRun) >= 0;
        Run last = newest ? run : lastRun;
        if (RunRecords.dry(run)) {
            return new Tally(
                    last, lastSuccessTime, lastFailureTime, consecutiveFailures, counters, history, told, fresh);
        }
        // Trying by hand says nothing about the schedule.
        boolean counts = RunOrder.scheduled(run.trigger()) && (newest || !correction);
        return new Tally(
                last,
                result.success() ? later(run.completionTime(), lastSuccessTime) : lastSuccessTime,
                result.failure() ? later(run.completionTime(), lastFailureTime) : lastFailureTime,
                counts ? failures(result) : consecutiveFailures,
                counted(result, correction ? 0 : 1),
                history,
                told,
                fresh);
    }

    private Counters counted(RunResult result, int runs) {
        return new Counters(
                counters.runs() + runs,
                counters.succeeded() + (result.success() ? 1 : 0),
                counters.failed() + (result.failure() ? 1 : 0),
                counters.missed(),
                counters.skipped());
    }

    private int failures(RunResult result) {
        if (result.success()) {
            return 0;
        }
        return result.failure() ? consecutiveFailures + 1 : consecutiveFailures;
    }

    private static @Nullable String later(@Nullable String one, @Nullable String other) {
        Instant first = RunOrder.time(one);
        Instant second = RunOrder.time(other);
        if (first == null || second == null) {
            return first == null ? other : one;
        }
        return first.isAfter(second) ? one : other;
    }
}
