package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Finished;
import io.crmventas.tasks.operator.observed.RunIdentity.Trigger;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last run and what is counted over runs. Each finished run counts once, in the order of their ends, however many
 * ended since the previous status was written, and whether or not their Jobs still exist.
 */
record Tally(
        @Nullable Run lastRun,
        @Nullable String lastSuccessTime,
        @Nullable String lastFailureTime,
        int consecutiveFailures) {

    /**
     * Job times are whole seconds. Within one, scheduled runs come last, for they are the ones that count, and in the
     * order of their slots, which their Jobs' names carry.
     */
    private static final Comparator<Run> BY_END = Comparator.comparing(
                    Run::completionTime, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Tally::scheduled)
            .thenComparing(Run::jobName)
            .thenComparing(Run::jobUid, Comparator.nullsFirst(Comparator.naturalOrder()));

    static Tally of(@Nullable CrmScheduledTaskStatus previous, List<ObservedRun> runs) {
        Tally start = previous == null
                ? new Tally(null, null, null, 0)
                : new Tally(
                        previous.lastRun(),
                        previous.lastSuccessTime(),
                        previous.lastFailureTime(),
                        previous.consecutiveFailures() == null ? 0 : previous.consecutiveFailures());
        return fresh(previous, runs).stream().reduce(start, Tally::plus, (one, other) -> other);
    }

    /** Those that {@code previous} does not know of, in the order of their ends. */
    static List<Run> fresh(@Nullable CrmScheduledTaskStatus previous, List<ObservedRun> runs) {
        return runs.stream()
                .filter(Finished.class::isInstance)
                .map(run -> RunRecords.of(Held.remembered((Finished) run, previous)))
                .filter(run -> isNew(run, previous))
                .sorted(BY_END)
                .toList();
    }

    /** Later than the last one; or it was still active then, and ended earlier than a run that we heard of first. */
    private static boolean isNew(Run run, @Nullable CrmScheduledTaskStatus previous) {
        Run last = previous == null ? null : previous.lastRun();
        if (previous == null || last == null) {
            return true;
        }
        if (Objects.equals(run.jobUid(), last.jobUid())) {
            // The pod can vanish from one watch's cache just before it is heard of as deleted, with its report.
            return unknown(last) && !unknown(run);
        }
        List<String> active = previous.active();
        return BY_END.compare(run, last) > 0 || (active != null && active.contains(run.jobName()));
    }

    private static boolean unknown(Run run) {
        return RunResult.of(run.result()) == RunResult.UNKNOWN;
    }

    private Tally plus(Run run) {
        RunResult result = RunResult.of(run.result());
        Run last = lastRun == null || BY_END.compare(run, lastRun) >= 0 ? run : lastRun;
        if (RunRecords.dry(run)) {
            return new Tally(last, lastSuccessTime, lastFailureTime, consecutiveFailures);
        }
        return new Tally(
                last,
                result.success() ? later(run.completionTime(), lastSuccessTime) : lastSuccessTime,
                result.failure() ? later(run.completionTime(), lastFailureTime) : lastFailureTime,
                // Trying by hand says nothing about the schedule.
                scheduled(run) ? failures(result) : consecutiveFailures);
    }

    private static boolean scheduled(Run run) {
        return Trigger.of(run.trigger()).map(Trigger::scheduled).orElse(false);
    }

    private int failures(RunResult result) {
        if (result.success()) {
            return 0;
        }
        return result.failure() ? consecutiveFailures + 1 : consecutiveFailures;
    }

    /** Times in UTC without fractions, or with, sort as texts. */
    private static @Nullable String later(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) > 0 ? one : other;
    }
}
