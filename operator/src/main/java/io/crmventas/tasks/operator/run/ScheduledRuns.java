package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.TimeText;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The scheduled runs of a task. They show whether a run is late because another run was active, and which run replaced
 * another one.
 *
 * @param replacing whether Kubernetes deletes an active run at the next scheduled time
 */
public record ScheduledRuns(List<ScheduledRun> runs, boolean replacing) {
    static final ScheduledRuns NONE = new ScheduledRuns(List.of(), false);

    /** Kubernetes deletes a run and creates its successor in one step. */
    private static final Duration ONE_STEP = Duration.ofSeconds(30);

    /**
     * @param created when Kubernetes created the Job
     * @param end {@link Instant#MAX} while the run is active
     */
    public record ScheduledRun(String jobName, Instant scheduledTime, Instant created, Instant end) {}

    /** Returns empty for a run that no schedule started. */
    public static Optional<ScheduledRun> of(Job job, Optional<Instant> deletedAt) {
        return RunIdentity.scheduledTime(job)
                .map(scheduled -> new ScheduledRun(
                        job.getMetadata().getName(),
                        scheduled,
                        TimeText.parse(job.getMetadata().getCreationTimestamp()).orElse(scheduled),
                        JobEnd.of(job).map(JobEnd::time).or(() -> deletedAt).orElse(Instant.MAX)));
    }

    /**
     * Returns the time before which the Job of an ended run can be deleted; empty when Kubernetes' history limits
     * deleted no Job. The limits keep the newest Jobs that succeeded and the newest that failed.
     *
     * @param jobs all Jobs of the task; the limits also count those of {@code kubectl create job --from}
     */
    public static Optional<Instant> trimmedBefore(List<Job> jobs, int succeeded, int failed) {
        return Stream.of(oldest(jobs, JobEnd.Complete.class, succeeded), oldest(jobs, JobEnd.Failed.class, failed))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    /** Kubernetes compares the start times. We use the scheduled time of a run that has one. */
    private static Optional<Instant> oldest(List<Job> jobs, Class<? extends JobEnd> kind, int limit) {
        List<Instant> starts = jobs.stream()
                .filter(ScheduledRuns::controlledByCronJob)
                .filter(job -> JobEnd.of(job).filter(kind::isInstance).isPresent())
                .flatMap(job -> RunIdentity.scheduledTime(job).or(() -> RunIdentity.startTime(job)).stream())
                .sorted()
                .toList();
        return starts.size() < limit ? Optional.empty() : starts.stream().findFirst();
    }

    private static boolean controlledByCronJob(Job job) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> "CronJob".equals(owner.getKind()) && Boolean.TRUE.equals(owner.getController()));
    }

    boolean activeAt(Instant time) {
        return runs.stream()
                .anyMatch(run -> run.scheduledTime().isBefore(time) && run.end().isAfter(time));
    }

    Optional<String> successor(Job job, Instant deletedAt) {
        Optional<Instant> scheduled = RunIdentity.scheduledTime(job).filter(_ -> replacing);
        return runs.stream()
                .filter(run -> scheduled.filter(run.scheduledTime()::isAfter).isPresent())
                .filter(run -> Duration.between(deletedAt, run.created()).abs().compareTo(ONE_STEP) < 0)
                .min(Comparator.comparing(ScheduledRun::scheduledTime))
                .map(ScheduledRun::jobName);
    }
}
