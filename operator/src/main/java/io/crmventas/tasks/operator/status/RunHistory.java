package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.History;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last finished runs, the newest first. Dry runs are not in it: the short form could not say that they were. */
final class RunHistory {
    static final int DEFAULT_ENTRIES = 10;

    private RunHistory() {}

    static int limit(CrmScheduledTask task) {
        return Optional.ofNullable(task.getSpec().history())
                .map(History::entries)
                .orElse(DEFAULT_ENTRIES);
    }

    /** @param told new runs, and known ones that are told better now */
    static List<RunEntry> next(@Nullable CrmScheduledTaskStatus previous, List<Run> told, int limit) {
        List<RunEntry> added = told.stream()
                .filter(run -> !RunRecords.dry(run))
                .map(RunHistory::entry)
                .toList();
        return Stream.concat(
                        before(previous).stream().filter(old -> added.stream().noneMatch(entry -> same(entry, old))),
                        added.stream())
                .sorted(RunOrder.ENTRIES.reversed())
                .limit(limit)
                .toList();
    }

    /**
     * Failed scheduled runs since the last one that succeeded.
     *
     * @param most without those that were forgiven, of which the history does not tell; of what it does not reach, too
     */
    static int failures(List<RunEntry> newestFirst, int most) {
        int failures = 0;
        for (RunEntry entry : newestFirst) {
            RunResult result = RunResult.of(entry.result());
            boolean scheduled = RunOrder.scheduled(entry.trigger());
            if (scheduled && result.success()) {
                return Math.min(failures, most);
            }
            failures += scheduled && result.failure() ? 1 : 0;
        }
        return most;
    }

    static RunEntry entry(Run run) {
        return new RunEntry(
                run.jobName(),
                run.trigger(),
                run.scheduledTime(),
                run.completionTime(),
                run.durationSeconds(),
                run.result(),
                run.reason());
    }

    /**
     * The name of a scheduled Job holds its slot; any other name can be used again. When a Job ended that was deleted
     * while it ran, each replica says for itself.
     */
    static boolean same(RunEntry one, RunEntry other) {
        return one.jobName().equals(other.jobName())
                && (RunOrder.scheduled(one.trigger()) || Objects.equals(one.completionTime(), other.completionTime()));
    }

    /** A status of an operator that kept no history begins with the one run that it tells of. */
    private static List<RunEntry> before(@Nullable CrmScheduledTaskStatus previous) {
        if (previous == null) {
            return List.of();
        }
        if (previous.history() != null) {
            return previous.history();
        }
        Run last = previous.lastRun();
        return last != null && previous.counters() == null && !RunRecords.dry(last) ? List.of(entry(last)) : List.of();
    }
}
