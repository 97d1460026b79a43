package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runs that a status tells of. Finished Jobs stay in the cluster for a while and are seen at every look, so it must
 * be certain which of them were counted: by the history as far as it reaches, before that all of them were.
 */
record KnownRuns(@Nullable Run last, List<RunEntry> history, List<String> active, boolean complete) {

    static KnownRuns of(@Nullable CrmScheduledTaskStatus status, int limit) {
        if (status == null) {
            return new KnownRuns(null, List.of(), List.of(), false);
        }
        List<RunEntry> history = Optional.ofNullable(status.history()).orElse(List.of());
        boolean uncut = status.counters() != null
                && history.size() < limit
                && status.counters().runs() == history.size();
        return new KnownRuns(
                status.lastRun(), history, Optional.ofNullable(status.active()).orElse(List.of()), uncut);
    }

    boolean isNew(Run run) {
        if (last == null) {
            return true;
        }
        if (same(run, last) || entry(run).isPresent()) {
            return false;
        }
        return RunOrder.BY_END.compare(run, last) > 0 || active.contains(run.jobName()) || within(run);
    }

    /** Whether nobody knew how it ended, and now it is told. */
    boolean corrects(Run run) {
        if (unknown(run.result())) {
            return false;
        }
        // The pod can vanish from one watch's cache just before it is heard of as deleted, with its report.
        return (last != null && same(run, last) && unknown(last.result()))
                || entry(run).filter(known -> unknown(known.result())).isPresent();
    }

    /** Whether another run that ended later was told before. */
    boolean late(Run run) {
        return last != null && !same(run, last) && RunOrder.BY_END.compare(run, last) < 0;
    }

    static boolean same(Run one, Run other) {
        return (one.jobUid() == null || other.jobUid() == null)
                ? one.jobName().equals(other.jobName()) && Objects.equals(one.completionTime(), other.completionTime())
                : one.jobUid().equals(other.jobUid());
    }

    /** Heard of after one that ended later: by a clock that is ahead, or a watch that is behind. */
    private boolean within(Run run) {
        // Dry runs are in no history.
        return !RunRecords.dry(run)
                && (complete
                        || (!history.isEmpty()
                                && RunOrder.ENTRIES.compare(RunHistory.entry(run), history.getLast()) > 0));
    }

    private Optional<RunEntry> entry(Run run) {
        RunEntry told = RunHistory.entry(run);
        return history.stream().filter(entry -> RunHistory.same(entry, told)).findFirst();
    }

    private static boolean unknown(String result) {
        return RunResult.of(result) == RunResult.UNKNOWN;
    }
}
