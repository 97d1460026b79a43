package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Reported;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.ObservedRun.Sharded;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
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

/** Reads a run out of a Job and its pods. A result that they do not tell is not guessed. */
public final class RunObserver {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The Job controller creates a pod within a second or two, on a busy cluster within ten. */
    private static final Duration POD_PATIENCE = Duration.ofSeconds(30);

    private RunObserver() {}

    public static ObservedRun observe(JobSnapshot snapshot) {
        Job job = snapshot.job();
        List<PodSnapshot> pods = PodSnapshot.of(snapshot);
        Optional<JobEnd> end = JobEnd.of(job)
                .or(() -> snapshot.deletedAt().map(JobEnd.Deleted::new))
                .or(() -> JobEnd.latest(job)
                        .filter(latest -> !snapshot.now().isBefore(latest))
                        .map(JobEnd.Overdue::new));
        if (end.isEmpty()) {
            return running(snapshot, pods, false);
        }
        return settled(snapshot, pods, end.get()) ? ended(snapshot, pods, end.get()) : running(snapshot, pods, true);
    }

    /**
     * Jobs and pods come by separate watches. A Job ends after its pods, so a pod that seems alive is old news; and one
     * that the Job counts and we have not seen is waited for, but not for long: it may be gone for good. So is the Job
     * that takes the place of a deleted one. The kubelet of a lost node never reports its pod's end.
     */
    private static boolean settled(JobSnapshot snapshot, List<PodSnapshot> pods, JobEnd end) {
        boolean successorSeen = !(end instanceof JobEnd.Deleted)
                || !snapshot.neighbours().replacing()
                || successor(snapshot, end).isPresent();
        boolean allSeen = (counted(snapshot.job()) <= pods.size() && successorSeen)
                || snapshot.now().isAfter(end.time().plus(PATIENCE));
        boolean waitedEnough = end instanceof JobEnd.Overdue
                || !snapshot.now().isBefore(end.time().plus(JobEnd.PATIENCE));
        return waitedEnough || (allSeen && pods.stream().noneMatch(PodSnapshot::unsettled));
    }

    private static Optional<String> successor(JobSnapshot snapshot, JobEnd end) {
        return end instanceof JobEnd.Deleted
                ? snapshot.neighbours().successor(snapshot.job(), end.time())
                : Optional.empty();
    }

    private static ObservedRun running(JobSnapshot snapshot, List<PodSnapshot> pods, boolean ending) {
        Job job = snapshot.job();
        Instant now = snapshot.now();
        Instant podDue = RunIdentity.start(job).orElse(now).plus(POD_PATIENCE);
        List<List<PodSnapshot>> shards = byShard(job, pods);
        boolean podMissing =
                RunProblem.otherController(job).isEmpty() && shards.stream().anyMatch(List::isEmpty);
        Optional<RunProblem> problem = shards.stream()
                .filter(shard -> !shard.isEmpty())
                .flatMap(shard -> RunProblem.whileWaiting(shard.getLast(), now).stream())
                .findFirst()
                .or(() -> podMissing && !ending && !now.isBefore(podDue)
                        ? Optional.of(RunProblem.noPod(job))
                        : Optional.empty());
        Optional<Instant> again = Stream.of(
                        Optional.of(podDue).filter(_ -> podMissing),
                        pods.stream()
                                .flatMap(pod -> RunProblem.leftRunningAt(pod).stream())
                                .findFirst(),
                        JobEnd.latest(job))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .min(Comparator.naturalOrder());
        return new Running(
                RunIdentity.of(job, snapshot.neighbours()), problem, ending, !podMissing || !pods.isEmpty(), again);
    }

    private static ObservedRun ended(JobSnapshot snapshot, List<PodSnapshot> pods, JobEnd end) {
        Job job = snapshot.job();
        RunIdentity identity = RunIdentity.of(job, snapshot.neighbours());
        Optional<String> successor = successor(snapshot, end);
        List<List<PodSnapshot>> shards = byShard(job, pods);
        if (shards.size() == 1) {
            return finished(job, identity, pods, end, successor, attempts(job, pods));
        }
        return new Sharded(
                identity,
                end.time(),
                shards.stream()
                        .map(shard -> finished(job, identity, shard, end, successor, attempts(shard)))
                        .toList());
    }

    /** The pods of each shard, oldest first; one that was never made has none. */
    private static List<List<PodSnapshot>> byShard(Job job, List<PodSnapshot> pods) {
        Integer completions = job.getSpec() == null ? null : job.getSpec().getCompletions();
        if (completions == null || completions <= 1) {
            return List.of(pods);
        }
        return IntStream.range(0, completions)
                .mapToObj(index ->
                        pods.stream().filter(pod -> pod.index() == index).toList())
                .toList();
    }

    private static Finished finished(
            Job job,
            RunIdentity identity,
            List<PodSnapshot> pods,
            JobEnd end,
            Optional<String> successor,
            int attempts) {
        Optional<PodSnapshot> decisive = decisive(pods, end);
        // A run that was cut short may still have reported that it failed.
        Optional<RunReport> report = decisive.flatMap(PodSnapshot::report)
                .filter(told -> successor.isEmpty() || told.result().success());
        if (report.isPresent()) {
            return new Reported(identity, end.time(), attempts, report.get());
        }
        RunProblem why = switch (end) {
            case JobEnd.Complete _ ->
                decisive.map(pod -> RunProblem.atEnd(pod, false))
                        .orElseGet(() -> new RunProblem(
                                Cause.REPORT_MISSING, "The Job is complete, but its pod is gone with the report."));
            case JobEnd.Failed failed ->
                decisive.map(pod -> RunProblem.atEnd(pod, failed.deadlineExceeded()))
                        .orElseGet(() -> failed.withoutPod(attempts > 0));
            case JobEnd.Overdue _ -> decisive.map(RunProblem::overdue).orElseGet(() -> RunProblem.overdue(job));
            case JobEnd.Deleted _
            when successor.isPresent() ->
                new RunProblem(Cause.REPLACED, "Job " + successor.get() + " took its place before it had ended.");
            case JobEnd.Deleted _ ->
                decisive.filter(pod -> pod.terminated().isPresent())
                        .map(pod -> RunProblem.atEnd(pod, false))
                        .orElseGet(() ->
                                new RunProblem(Cause.JOB_DELETED, "The Job was deleted before its end was known."));
        };
        return new Unreported(identity, end.time(), attempts, why.cause(), why.detail());
    }

    /** The pod that ended well if the Job did, else the newest. */
    private static Optional<PodSnapshot> decisive(List<PodSnapshot> pods, JobEnd end) {
        Optional<PodSnapshot> newest = pods.isEmpty() ? Optional.empty() : Optional.of(pods.getLast());
        return switch (end) {
            case JobEnd.Complete _ ->
                pods.reversed().stream()
                        .filter(PodSnapshot::succeeded)
                        .findFirst()
                        .or(() -> newest);
            case JobEnd.Failed _, JobEnd.Deleted _, JobEnd.Overdue _ -> newest;
        };
    }

    private static int attempts(Job job, List<PodSnapshot> pods) {
        // Pods that are counted but gone before we saw them have tried once at least.
        return Math.max(0, counted(job) - pods.size()) + attempts(pods);
    }

    private static int attempts(List<PodSnapshot> pods) {
        return pods.stream().mapToInt(PodSnapshot::attempts).sum();
    }

    private static int counted(Job job) {
        JobStatus status = job.getStatus();
        return status == null
                ? 0
                : orZero(status.getSucceeded()) + orZero(status.getFailed()) + orZero(status.getActive());
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
