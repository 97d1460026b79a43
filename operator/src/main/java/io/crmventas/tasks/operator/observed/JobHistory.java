package io.crmventas.tasks.operator.observed;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Kubernetes' history limits leave to be seen: the newest Jobs that succeeded, and the newest that failed. */
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
        List<Instant> slots = jobs.stream()
                .filter(job -> JobEnd.of(job).filter(kind::isInstance).isPresent())
                .flatMap(job -> RunIdentity.slot(job).stream())
                .sorted()
                .toList();
        return slots.size() < limit ? Optional.empty() : slots.stream().findFirst();
    }
}
