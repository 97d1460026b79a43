package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last finished runs, the newest first, without dry runs. */
final class RunHistory {
    /**
     * Sorts runs by their ends. It compares instants, because as text a time with a fraction comes before the whole
     * second. Job times are whole seconds. Within one second scheduled runs come last, because only they count. Their
     * order is that of their scheduled times, which the names of their Jobs hold.
     */
    static final Comparator<RunEntry> ENTRIES = Comparator.comparing(
                    (RunEntry entry) -> Objects.requireNonNullElse(entry.completionTime(), Instant.MIN))
            .thenComparing(entry -> scheduled(entry.trigger()))
            .thenComparing(RunEntry::jobName);

    static final Comparator<Run> BY_END = Comparator.comparing(RunHistory::entry, ENTRIES);

    static boolean scheduled(@Nullable String trigger) {
        return Trigger.of(trigger).map(Trigger::scheduled).orElse(false);
    }

    private RunHistory() {}

    /** @param changed new runs, and known ones whose result is known now */
    static List<RunEntry> next(List<RunEntry> previous, List<Run> changed) {
        List<RunEntry> added = changed.stream().map(RunHistory::entry).toList();
        return Stream.concat(
                        previous.stream().filter(old -> added.stream().noneMatch(entry -> same(entry, old))),
                        added.stream())
                .sorted(ENTRIES.reversed())
                .toList();
    }

    /**
     * Counts the failed scheduled runs since the last one that succeeded. A run that a person started shows nothing about
     * the schedule.
     *
     * @param most the upper limit: the history lacks older runs, and does not show which failures were forgiven
     */
    static int failures(List<RunEntry> newestFirst, int most) {
        int failures = 0;
        for (RunEntry entry : newestFirst) {
            RunResult result = RunResult.of(entry.result());
            boolean scheduled = scheduled(entry.trigger());
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
     * Compares names only for scheduled Jobs, whose names hold the scheduled time. Any other name can be used again. If
     * a Job was deleted while it ran, each replica of the operator records another end.
     */
    static boolean same(RunEntry one, RunEntry other) {
        return one.jobName().equals(other.jobName())
                && (scheduled(one.trigger()) || Objects.equals(one.completionTime(), other.completionTime()));
    }
}
