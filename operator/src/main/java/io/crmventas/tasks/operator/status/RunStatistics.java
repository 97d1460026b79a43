package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HeldRun;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatusBuilder;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the finished runs of a task. Each one counts once, in the order of the ends. This holds for
 * any number of runs since the previous status, and also after their Jobs are deleted. A dry run counts nowhere, because
 * it only shows how a run would end.
 *
 * @param counted the previous status, with the runs that ended since
 * @param changed runs that the previous status did not hold, or held without their result
 * @param added changed runs that the previous status did not hold, in the order of their ends
 */
public record RunStatistics(CrmScheduledTaskStatus counted, List<Run> changed, List<Run> added) {

    /** A run with one of these reasons never had a started pod, so Kubernetes no longer shows the cause. */
    private static final Set<String> CAUSE_IS_LOST = Set.of(Reason.NOT_STARTED.text(), Reason.NO_POD.text());

    /** @param runs the runs that Kubernetes still holds, or that were deleted since {@code before} was written */
    public static RunStatistics count(CrmScheduledTask task, CrmScheduledTaskStatus before, List<ObservedRun> runs) {
        KnownRuns known = KnownRuns.of(before);
        List<Run> changed = finished(before, runs, false).stream()
                .filter(run -> known.isNew(run) || known.corrects(run))
                .toList();
        CrmScheduledTaskStatus ended = before;
        for (Run run : changed) {
            ended = plus(ended, run, known.corrects(run));
        }
        List<RunEntry> history = RunHistory.next(known.history(), changed);
        // The history does not show which failures were forgiven, so the count cannot exceed the earlier count and the
        // new failures.
        int most = Objects.requireNonNullElse(before.consecutiveFailures(), 0)
                + (int) changed.stream()
                        .filter(run -> RunHistory.scheduled(run.trigger())
                                && RunResult.of(run.result()).failure())
                        .count();
        CrmScheduledTaskStatus counted = ended.toBuilder()
                .lastDryRun(newest(before.lastDryRun(), finished(before, runs, true)))
                .consecutiveFailures(RunHistory.failures(history, most))
                .history(history.stream()
                        .limit(task.getSpec().historyOrDefault().entries())
                        .toList())
                .build();
        return new RunStatistics(
                counted, changed, changed.stream().filter(known::isNew).toList());
    }

    public int consecutiveFailures() {
        return Objects.requireNonNullElse(counted.consecutiveFailures(), 0);
    }

    /** Returns either the dry runs or all other runs, in the order of their ends. */
    private static List<Run> finished(CrmScheduledTaskStatus previous, List<ObservedRun> runs, boolean dryRuns) {
        return runs.stream()
                .filter(Finished.class::isInstance)
                .map(run -> withCause((Finished) run, previous))
                .filter(run -> run.dryRun() == dryRuns)
                .map(Finished::toRun)
                .sorted(RunHistory.BY_END)
                .toList();
    }

    /** Of the same run it takes a known result: a report can come late, and it can be deleted since. */
    private static @Nullable Run newest(@Nullable Run recorded, List<Run> observed) {
        return Stream.concat(Stream.ofNullable(recorded), observed.stream())
                .max(RunHistory.BY_END.thenComparing(run -> !KnownRuns.unknown(run.result())))
                .orElse(null);
    }

    /** Adds the cause of the previous status: Kubernetes loses it when a deadline ends a pod that never started. */
    private static Finished withCause(Finished run, CrmScheduledTaskStatus previous) {
        HeldRun held = previous.heldRun();
        if (held == null
                || run.reported()
                || !CAUSE_IS_LOST.contains(String.valueOf(run.report().reason()))
                || !held.jobName().equals(run.identity().jobName())) {
            return run;
        }
        RunProblem problem = new RunProblem(Reason.of(held.reason()), held.detail());
        return Finished.unreported(run.identity(), run.completionTime(), run.attempts(), problem);
    }

    /** @param correction whether the status counts the run already, without its result */
    private static CrmScheduledTaskStatus plus(CrmScheduledTaskStatus status, Run run, boolean correction) {
        Run last = status.lastRun();
        boolean newest = last == null || KnownRuns.same(run, last) || RunHistory.BY_END.compare(run, last) >= 0;
        RunResult result = RunResult.of(run.result());
        Counters counters = Objects.requireNonNullElse(status.counters(), Counters.ZERO);
        CrmScheduledTaskStatusBuilder next = status.toBuilder()
                .lastRun(newest ? run : last)
                .counters(new Counters(
                        counters.runs() + (correction ? 0 : 1),
                        counters.succeeded() + (result.success() ? 1 : 0),
                        counters.failed() + (result.failure() ? 1 : 0),
                        counters.missed(),
                        counters.skipped()));
        if (result.success()) {
            next.lastSuccessTime(later(run.completionTime(), status.lastSuccessTime()));
        } else if (result.failure()) {
            next.lastFailureTime(later(run.completionTime(), status.lastFailureTime()));
        }
        return next.build();
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return other == null || (one != null && one.isAfter(other)) ? one : other;
    }

    /**
     * The runs that a status holds. Every reconcile reads finished Jobs again while they stay in the cluster, so it
     * must know which ones the operator has counted: those in the history, and all that ended before it.
     */
    private record KnownRuns(@Nullable Run last, List<RunEntry> history, List<String> active, boolean complete) {
        static KnownRuns of(CrmScheduledTaskStatus status) {
            boolean uncut = status.counters() != null
                    && status.counters().runs() == status.history().size();
            return new KnownRuns(status.lastRun(), status.history(), status.active(), uncut);
        }

        boolean isNew(Run run) {
            if (last == null) {
                return true;
            }
            if (same(run, last) || entry(run).isPresent()) {
                return false;
            }
            return RunHistory.BY_END.compare(run, last) > 0 || active.contains(run.jobName()) || within(run);
        }

        /**
         * Returns whether the status holds the run without its result, and the result is known now. The pod and its
         * report can leave the cache just before the operator observes the deletion. A run that ended after all without
         * a result no longer asks for the repair of a node.
         */
        boolean corrects(Run run) {
            boolean known = !unknown(run.result());
            return (last != null && same(run, last) && (known ? unknown(last.result()) : ends(run, last.reason())))
                    || entry(run)
                            .filter(old -> known ? unknown(old.result()) : ends(run, old.reason()))
                            .isPresent();
        }

        private static boolean ends(Run run, @Nullable String before) {
            return Reason.NOT_ENDED.text().equals(before)
                    && !Reason.NOT_ENDED.text().equals(run.reason());
        }

        static boolean same(Run one, Run other) {
            return (one.jobUid() == null || other.jobUid() == null)
                    ? one.jobName().equals(other.jobName())
                            && Objects.equals(one.completionTime(), other.completionTime())
                    : one.jobUid().equals(other.jobUid());
        }

        /** Returns whether the run belongs into the history. A fast clock or a late watch can report a run too late. */
        private boolean within(Run run) {
            return complete
                    || (!history.isEmpty() && RunHistory.ENTRIES.compare(RunHistory.entry(run), history.getLast()) > 0);
        }

        private Optional<RunEntry> entry(Run run) {
            RunEntry own = RunHistory.entry(run);
            return history.stream().filter(entry -> RunHistory.same(entry, own)).findFirst();
        }

        private static boolean unknown(String result) {
            return RunResult.of(result) == RunResult.UNKNOWN;
        }
    }
}
