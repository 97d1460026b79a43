package io.crmventas.tasks.operator.run;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Kubernetes' history limits leave to be seen: the newest Jobs that succeeded, and the newest that failed, of all
 * that the CronJob controls. Those that people made from it with {@code kubectl create job --from} are among them.
 */
public final class JobHistory {
    private JobHistory() {}

    /** A Job of an earlier slot may have ended and be gone by now; empty when none can be. */
    public static Optional<Instant> trimmedBefore(List<Job> jobs, int succeeded, int failed) {
        return Stream.concat(
                        oldest(jobs, JobEnd.Complete.class, succeeded).stream(),
                        oldest(jobs, JobEnd.Failed.class, failed).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Instant> oldest(List<Job> jobs, Class<? extends JobEnd> kind, int limit) {
        List<Instant> starts = jobs.stream()
                .filter(JobHistory::ofCronJob)
                .filter(job -> JobEnd.of(job).filter(kind::isInstance).isPresent())
                .flatMap(job -> start(job).stream())
                .sorted()
                .toList();
        return starts.size() < limit ? Optional.empty() : starts.stream().findFirst();
    }

    private static boolean ofCronJob(Job job) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> "CronJob".equals(owner.getKind()) && Boolean.TRUE.equals(owner.getController()));
    }

    /** Kubernetes goes by when they started; what was scheduled is told by its slot here. */
    private static Optional<Instant> start(Job job) {
        return RunIdentity.slot(job)
                .or(() -> Optional.ofNullable(job.getStatus())
                        .flatMap(status -> RunIdentity.time(status.getStartTime())));
    }
}
