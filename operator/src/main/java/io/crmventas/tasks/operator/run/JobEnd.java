package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.TimeText;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

sealed interface JobEnd {
    /** The Job controller ends a Job within seconds, and the kubelet ends its pod within the grace period. */
    Duration PATIENCE = Duration.ofMinutes(2);

    Instant time();

    record Complete(Instant time) implements JobEnd {}

    /** @param reason the Job controller's reason, for example BackoffLimitExceeded */
    record Failed(Instant time, String reason, String message) implements JobEnd {
        boolean deadlineExceeded() {
            return "DeadlineExceeded".equals(reason);
        }

        /** @param podCounted whether the Job's status counts a pod that the operator did not see */
        RunProblem withoutPod(boolean podCounted) {
            return switch (reason) {
                case "DeadlineExceeded" ->
                    podCounted
                            ? new RunProblem(
                                    Reason.DEADLINE_EXCEEDED, "Kubernetes ended the Job at its deadline: " + message)
                            : new RunProblem(
                                    Reason.NO_POD, "Kubernetes created no pod for the Job before its deadline.");
                case "PodFailurePolicy" -> new RunProblem(Reason.CRASHED, message);
                default ->
                    new RunProblem(
                            Reason.POD_LOST,
                            "The pod was deleted together with the report (" + reason + "): " + message);
            };
        }
    }

    record Deleted(Instant time) implements JobEnd {}

    /** Kubernetes has not ended the Job long after its deadline. */
    record Overdue(Instant time) implements JobEnd {}

    /** Returns when the operator no longer waits for the end; empty for a Job without a deadline. */
    static Optional<Instant> latest(Job job) {
        return Optional.ofNullable(job.getSpec())
                .map(JobSpec::getActiveDeadlineSeconds)
                .flatMap(seconds -> RunIdentity.start(job).map(start -> start.plusSeconds(seconds)))
                .map(deadline -> deadline.plus(PATIENCE));
    }

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
        Instant time = TimeText.parse(condition.getLastTransitionTime()).orElse(Instant.EPOCH);
        return switch (condition.getType()) {
            case "Complete" ->
                Optional.of(
                        new Complete(TimeText.parse(status.getCompletionTime()).orElse(time)));
            case "Failed" ->
                Optional.of(new Failed(
                        time, String.valueOf(condition.getReason()), String.valueOf(condition.getMessage())));
            default -> Optional.empty();
        };
    }
}
