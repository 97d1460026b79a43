package io.crmventas.tasks.operator.observed;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.Optional;

/** How Kubernetes says that a Job ended. */
sealed interface JobEnd {
    Instant time();

    record Complete(Instant time) implements JobEnd {}

    /**
     * @param reason as the Job controller words it, for one BackoffLimitExceeded
     */
    record Failed(Instant time, String reason, String message) implements JobEnd {
        boolean deadlineExceeded() {
            return "DeadlineExceeded".equals(reason);
        }

        Hindrance withoutPod() {
            return switch (reason) {
                case "DeadlineExceeded" ->
                    new Hindrance(NoReport.DEADLINE_EXCEEDED, "The Job was ended at its deadline: " + message);
                case "PodFailurePolicy" -> new Hindrance(NoReport.CRASHED, message);
                default ->
                    new Hindrance(NoReport.POD_LOST, "The pod is gone with the report (" + reason + "): " + message);
            };
        }
    }

    record Deleted(Instant time) implements JobEnd {}

    static Optional<JobEnd> of(Job job) {
        JobStatus status = job.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        return status.getConditions().stream()
                .filter(condition -> "True".equals(condition.getStatus()))
                .flatMap(condition -> end(status, condition).stream())
                .findFirst();
    }

    private static Optional<JobEnd> end(JobStatus status, JobCondition condition) {
        Instant time = RunIdentity.time(condition.getLastTransitionTime()).orElse(Instant.EPOCH);
        return switch (condition.getType()) {
            case "Complete" ->
                Optional.of(new Complete(
                        RunIdentity.time(status.getCompletionTime()).orElse(time)));
            case "Failed" ->
                Optional.of(new Failed(
                        time, String.valueOf(condition.getReason()), String.valueOf(condition.getMessage())));
            default -> Optional.empty();
        };
    }
}
