package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a run ended, from its Job and its pods. It never guesses a result.
 *
 * @param pods the pods that exist; pods of other Jobs can be among them
 * @param deletedPods the last state of deleted pods; pods of other Jobs can be among them
 * @param deletedAt when the Job was deleted; empty while it exists
 * @param scheduledRuns the scheduled runs of the task, this one included
 */
public record RunObserver(
        Job job,
        List<Pod> pods,
        List<Pod> deletedPods,
        Optional<Instant> deletedAt,
        ScheduledRuns scheduledRuns,
        Instant now) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The Job controller creates a pod within a second or two, on a busy cluster within ten. */
    private static final Duration POD_PATIENCE = Duration.ofSeconds(30);

    public RunObserver(Job job, Instant now) {
        this(job, List.of(), List.of(), Optional.empty(), ScheduledRuns.NONE, now);
    }

    public ObservedRun observe() {
        List<PodSnapshot> own = PodSnapshot.of(job, pods, deletedPods);
        Optional<JobEnd> end = JobEnd.of(job)
                .or(() -> deletedAt.map(JobEnd.Deleted::new))
                .or(() -> JobEnd.latest(job)
                        .filter(latest -> !now.isBefore(latest))
                        .map(JobEnd.Overdue::new));
        if (end.isEmpty()) {
            return running(own, false);
        }
        return settled(own, end.get()) ? ended(own, end.get()) : running(own, true);
    }

    /**
     * Jobs and pods have separate watches. A Job ends after its pods, so a pod that seems active is an old state. The
     * operator waits a short time for a pod that only the Job counts, and for the Job that replaces a deleted one. They
     * can be deleted, and the kubelet of a lost node never reports the end of its pod.
     */
    private boolean settled(List<PodSnapshot> own, JobEnd end) {
        boolean successorSeen = !(end instanceof JobEnd.Deleted)
                || !scheduledRuns.replacing()
                || successor(end).isPresent();
        boolean allSeen = (counted() <= own.size() && successorSeen)
                || now.isAfter(end.time().plus(PATIENCE));
        boolean waitedEnough =
                end instanceof JobEnd.Overdue || !now.isBefore(end.time().plus(JobEnd.PATIENCE));
        return waitedEnough || (allSeen && own.stream().noneMatch(PodSnapshot::unsettled));
    }

    private Optional<String> successor(JobEnd end) {
        return end instanceof JobEnd.Deleted ? scheduledRuns.successor(job, end.time()) : Optional.empty();
    }

    private ObservedRun running(List<PodSnapshot> own, boolean ending) {
        Instant podDue = RunIdentity.start(job).orElse(now).plus(POD_PATIENCE);
        List<List<PodSnapshot>> shards = byShard(own);
        // A queue suspends a Job also after its first pod, which Kubernetes then deletes.
        boolean podMissing = RunProblem.otherController(job).isEmpty()
                && (shards.stream().anyMatch(List::isEmpty)
                        || (RunProblem.suspended(job) && own.stream().noneMatch(PodSnapshot::unsettled)));
        Optional<RunProblem> problem = shards.stream()
                .filter(shard -> !shard.isEmpty())
                .flatMap(shard -> RunProblem.whileWaiting(shard.getLast(), now).stream())
                .findFirst()
                .or(() -> podMissing && !ending && !now.isBefore(podDue)
                        ? Optional.of(RunProblem.noPod(job))
                        : Optional.empty());
        Optional<Instant> again = Stream.of(
                        Optional.of(podDue).filter(_ -> podMissing),
                        own.stream()
                                .flatMap(pod ->
                                        RunProblem.leftRunningAt(pod).or(() -> RunProblem.startLateAt(pod)).stream())
                                .findFirst(),
                        JobEnd.latest(job))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .min(Comparator.naturalOrder());
        return new Running(identity(), problem, ending, !podMissing || !own.isEmpty(), again);
    }

    private RunIdentity identity() {
        return RunIdentity.of(job, scheduledRuns);
    }

    private Finished ended(List<PodSnapshot> own, JobEnd end) {
        List<List<PodSnapshot>> shards = byShard(own);
        // A pod that only the Job counts was deleted before the operator observed it. It had one attempt at least.
        int unseen = Math.max(0, counted() - own.size());
        if (shards.size() == 1) {
            return finished(own, end, unseen + attempts(own));
        }
        return new ShardedRun(shards.stream()
                        .map(shard -> finished(shard, end, shard.isEmpty() ? Math.min(unseen, 1) : attempts(shard)))
                        .toList())
                .merged(identity(), completionTime(end));
    }

    /** Groups the pods by shard, the oldest first. A shard whose pod was never created has none. */
    private List<List<PodSnapshot>> byShard(List<PodSnapshot> own) {
        Integer completions = job.getSpec() == null ? null : job.getSpec().getCompletions();
        if (completions == null || completions <= 1) {
            return List.of(own);
        }
        return IntStream.range(0, completions)
                .mapToObj(index ->
                        own.stream().filter(pod -> pod.index() == index).toList())
                .toList();
    }

    private Finished finished(List<PodSnapshot> own, JobEnd end, int attempts) {
        Optional<PodSnapshot> decisive = decisive(own, end);
        Optional<String> successor = successor(end);
        // While Kubernetes ended a replaced run, the run can have reported a failure.
        Optional<RunReport> report = decisive.flatMap(PodSnapshot::report)
                .filter(reported -> successor.isEmpty() || reported.result().success());
        if (report.isPresent()) {
            RunReport plausible = identity()
                    .startTime()
                    .map(start -> ReportSanitizer.within(
                            report.get(), start, completionTime(end), decisive.flatMap(PodSnapshot::memoryLimit)))
                    .orElseGet(report::get);
            return new Finished(identity(), completionTime(end), attempts, working(plausible), true);
        }
        RunProblem problem = switch (end) {
            case JobEnd.Complete _ ->
                decisive.map(pod -> RunProblem.atEnd(pod, false))
                        .orElseGet(() -> new RunProblem(
                                Reason.REPORT_MISSING,
                                "The Job is complete, but its pod was deleted together with the report."));
            case JobEnd.Failed failed ->
                decisive.map(pod -> RunProblem.atEnd(pod, failed.deadlineExceeded()))
                        .orElseGet(() -> failed.withoutPod(attempts > 0));
            case JobEnd.Overdue _ -> decisive.map(RunProblem::overdue).orElseGet(() -> RunProblem.overdue(job));
            case JobEnd.Deleted _
            when successor.isPresent() ->
                new RunProblem(Reason.REPLACED, "Job " + successor.get() + " replaced the run before its end.");
            case JobEnd.Deleted _ ->
                decisive.filter(pod -> pod.terminated().isPresent())
                        .map(pod -> RunProblem.atEnd(pod, false))
                        .orElseGet(() ->
                                new RunProblem(Reason.JOB_DELETED, "The Job was deleted before its end was known."));
        };
        return Finished.unreported(identity(), completionTime(end), attempts, problem);
    }

    /** Only a person starts a dry run. Every other run must change the CRM, or the schedule would do nothing. */
    private RunReport working(RunReport report) {
        Trigger trigger = identity().trigger();
        return !report.dryRun() || trigger == Trigger.DRY_RUN || trigger == Trigger.MANUAL
                ? report
                : report.toBuilder()
                        .result(RunResult.FAILED)
                        .reason(Reason.DRY_RUN_NOT_REQUESTED.text())
                        .message("The report says that the run rolled everything back, but it was to change the CRM.")
                        .build();
    }

    /**
     * Returns when the run ended. A Job can end long after its deadline, when a lost node returns. The status then holds
     * the run as NotEnded already, and with another end it would count a second time.
     */
    private Instant completionTime(JobEnd end) {
        return JobEnd.latest(job).filter(end.time()::isAfter).orElse(end.time());
    }

    private static Optional<PodSnapshot> decisive(List<PodSnapshot> own, JobEnd end) {
        Optional<PodSnapshot> newest = own.isEmpty() ? Optional.empty() : Optional.of(own.getLast());
        return end instanceof JobEnd.Complete
                ? own.reversed().stream()
                        .filter(PodSnapshot::succeeded)
                        .findFirst()
                        .or(() -> newest)
                : newest;
    }

    private static int attempts(List<PodSnapshot> own) {
        return own.stream().mapToInt(PodSnapshot::attempts).sum();
    }

    private int counted() {
        JobStatus status = job.getStatus();
        return status == null
                ? 0
                : orZero(status.getSucceeded()) + orZero(status.getFailed()) + orZero(status.getActive());
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
