package io.crmventas.tasks.operator.run;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The scheduled runs of a task side by side: they tell whether one is late because another was active, and which one
 * took the place of another.
 *
 * @param replacing whether Kubernetes deletes a run that is active when the next slot comes
 */
public record ScheduledRuns(List<ScheduledRun> runs, boolean replacing) {
    static final ScheduledRuns NONE = new ScheduledRuns(List.of(), false);

    /** Kubernetes deletes the one and makes the other in one go. */
    private static final Duration ONE_GO = Duration.ofSeconds(30);

    /**
     * @param created when its Job was made
     * @param end {@link Instant#MAX} while it is active
     */
    public record ScheduledRun(String jobName, Instant slot, Instant created, Instant end) {}

    /** Empty for a run that no schedule started. */
    public static Optional<ScheduledRun> of(Job job, Optional<Instant> deletedAt) {
        return RunIdentity.slot(job)
                .map(slot -> new ScheduledRun(
                        job.getMetadata().getName(),
                        slot,
                        RunIdentity.time(job.getMetadata().getCreationTimestamp())
                                .orElse(slot),
                        JobEnd.of(job).map(JobEnd::time).or(() -> deletedAt).orElse(Instant.MAX)));
    }

    /** Whether a run of an earlier slot was still active. */
    boolean activeAt(Instant slot) {
        return runs.stream()
                .anyMatch(run -> run.slot().isBefore(slot) && run.end().isAfter(slot));
    }

    /** The Job that took the place of one that was deleted. */
    Optional<String> successor(Job job, Instant deletedAt) {
        Optional<Instant> slot = RunIdentity.slot(job);
        return runs.stream()
                .filter(run -> replacing && slot.isPresent() && run.slot().isAfter(slot.get()))
                .filter(run -> Duration.between(deletedAt, run.created()).abs().compareTo(ONE_GO) < 0)
                .min(Comparator.comparing(ScheduledRun::slot))
                .map(ScheduledRun::jobName);
    }
}
