package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs of a task that Kubernetes still holds, or that were deleted and are not in the status yet.
 *
 * @param deletedJobs the Jobs that only the operator knows, until the status holds their runs
 * @param deletedPods the pods that only the operator knows, until the status holds their runs
 * @param trimmedBefore the time before which the Job of a scheduled run can be deleted
 */
public record TaskRuns(
        List<ObservedRun> observed,
        List<ObservedRun> preflights,
        List<Job> deletedJobs,
        List<Pod> deletedPods,
        Optional<Instant> trimmedBefore) {

    public TaskRuns with(List<ObservedRun> more, Optional<Instant> nowTrimmedBefore) {
        return new TaskRuns(
                Stream.concat(observed.stream(), more.stream()).toList(),
                preflights,
                deletedJobs,
                deletedPods,
                nowTrimmedBefore);
    }

    public TaskRuns map(UnaryOperator<ObservedRun> change) {
        return new TaskRuns(
                observed.stream().map(change).toList(),
                preflights.stream().map(change).toList(),
                deletedJobs,
                deletedPods,
                trimmedBefore);
    }

    public Set<String> jobNames() {
        return observed.stream().map(run -> run.identity().jobName()).collect(Collectors.toSet());
    }

    public Stream<Running> running() {
        return Stream.concat(observed.stream(), preflights.stream())
                .filter(Running.class::isInstance)
                .map(Running.class::cast);
    }

    public Optional<Instant> again() {
        return running().flatMap(run -> run.again().stream()).min(Comparator.naturalOrder());
    }

    public boolean explainedByEvent() {
        return running().anyMatch(Running::explainedByEvent);
    }

    public boolean ending() {
        return running().anyMatch(Running::ending);
    }

    public boolean active() {
        return observed.stream().anyMatch(Running.class::isInstance);
    }

    public Optional<Instant> newestScheduledTime() {
        return observed.stream()
                .flatMap(run -> run.identity().scheduledTime().stream())
                .max(Comparator.naturalOrder());
    }

    /** Returns whether the operator skips a time that is due now: otherwise it would start when the active run ends. */
    public boolean skipsDue(CrmScheduledTask task) {
        return task.getSpec().overlap() == Overlap.SKIP
                && observed.stream()
                        .anyMatch(run -> run instanceof Running running
                                && !running.ending()
                                && running.identity().scheduledTime().isPresent());
    }
}
