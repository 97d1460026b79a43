package io.crmventas.tasks.operator.run;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Job as last seen, with its pods as last seen.
 *
 * @param pods that exist; may hold those of other Jobs
 * @param deletedPods as they were when they were deleted; may hold those of other Jobs
 * @param deletedAt when the Job was deleted; empty while it exists
 * @param neighbours scheduled runs of the task; this one may be among them
 * @param now of the look
 */
public record JobSnapshot(
        Job job,
        List<Pod> pods,
        List<Pod> deletedPods,
        Optional<Instant> deletedAt,
        ScheduledRuns neighbours,
        Instant now) {

    /** Of a run that is looked at by itself. */
    public JobSnapshot(Job job, List<Pod> pods, List<Pod> deletedPods, Optional<Instant> deletedAt, Instant now) {
        this(job, pods, deletedPods, deletedAt, ScheduledRuns.NONE, now);
    }
}
