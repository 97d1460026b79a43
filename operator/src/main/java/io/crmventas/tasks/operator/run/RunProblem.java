package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.operator.resources.PodTemplate;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod has not started or ended without report.
 *
 * @param detail what Kubernetes says
 */
public record RunProblem(Cause cause, String detail) {
    /** What Kubernetes shows of a run without a report. */
    public enum Cause {
        IMAGE_PULL,
        START_FAILED,
        UNSCHEDULABLE,
        /** Kubernetes created no pod: a quota, an admission policy or a missing priority class refused it. */
        NO_POD,
        /** The Job is still there long after its deadline: its node is lost, or another controller manages it. */
        NOT_ENDED,
        /** The pod was placed, but its container was never begun: volumes, network or a slow image. */
        NOT_STARTED,
        OUT_OF_MEMORY,
        EVICTED,
        DEADLINE_EXCEEDED,
        /** The container ended with an exit code other than 0. */
        CRASHED,
        /** The container ended with exit code 0. */
        REPORT_MISSING,
        POD_LOST,
        JOB_DELETED,
        /** Kubernetes ended it for the next run, as {@code spec.overlap} says. */
        REPLACED
    }

    /** A sidecar ends a moment after the runner; one that does not keeps the Job active until its deadline. */
    private static final Duration SIDECAR_PATIENCE = Duration.ofSeconds(30);

    /** Of a pod that has not ended; empty for one that runs, or that has simply not started yet. */
    static Optional<RunProblem> whileWaiting(PodSnapshot pod, Instant now) {
        return whileWaiting(pod)
                .or(() ->
                        leftRunningAt(pod).filter(since -> !now.isBefore(since)).map(_ -> leftRunning(pod)));
    }

    private static Optional<RunProblem> whileWaiting(PodSnapshot pod) {
        return pod.state()
                .map(ContainerState::getWaiting)
                .flatMap(RunProblem::waiting)
                .or(() -> unschedulable(pod.pod()));
    }

    /** When to name another container that still runs after the runner has ended; empty while there is none. */
    static Optional<Instant> leftRunningAt(PodSnapshot pod) {
        return pod.terminated()
                .filter(_ -> !pod.deleted() && !pod.others().isEmpty())
                .flatMap(end -> RunIdentity.time(end.getFinishedAt()))
                .map(end -> end.plus(SIDECAR_PATIENCE));
    }

    private static RunProblem leftRunning(PodSnapshot pod) {
        return new RunProblem(
                Cause.NOT_ENDED,
                "Container " + PodTemplate.CONTAINER + " of pod " + pod.name() + " has ended, but container "
                        + String.join(", ", pod.others()) + " still runs and keeps the Job active.");
    }

    /** Of a Job whose controller has created no pod; the Job's Events say more. */
    static RunProblem noPod(Job job) {
        return suspended(job)
                ? new RunProblem(Cause.UNSCHEDULABLE, "The Job is suspended, as by a queue that has not admitted it.")
                : new RunProblem(Cause.NO_POD, "Kubernetes has created no pod.");
    }

    static RunProblem overdue(PodSnapshot pod) {
        String node = pod.node().map(name -> " on node " + name).orElse("");
        return new RunProblem(
                Cause.NOT_ENDED,
                "The Job's deadline is over, and pod " + pod.name() + node + " has not reported its end.");
    }

    static RunProblem overdue(Job job) {
        return new RunProblem(
                Cause.NOT_ENDED,
                "The Job's deadline is over, Kubernetes has not ended the Job, and it has no pod" + manager(job) + ".");
    }

    private static String manager(Job job) {
        return otherController(job)
                .map(controller -> "; controller " + controller + " manages the Job")
                .orElse(suspended(job) ? "; the Job is suspended" : "");
    }

    /** The controller that manages the Job in place of Kubernetes' own; its pods can be in another cluster. */
    static Optional<String> otherController(Job job) {
        return Optional.ofNullable(job.getSpec())
                .map(JobSpec::getManagedBy)
                .filter(controller -> !controller.equals("kubernetes.io/job-controller"));
    }

    private static boolean suspended(Job job) {
        return job.getSpec() != null && Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    /** Of a pod whose Job is over. */
    static RunProblem atEnd(PodSnapshot pod, boolean deadlineExceeded) {
        ContainerStateTerminated end = pod.terminated().orElse(null);
        return silent(pod)
                .or(() -> disruption(pod.pod()))
                .or(() -> Optional.ofNullable(end).flatMap(state -> startError(pod, state)))
                .or(() -> whileWaiting(pod))
                .or(() -> deadlineExceeded ? Optional.of(deadline(pod)) : Optional.empty())
                .or(() -> Optional.ofNullable(end).map(RunProblem::exit))
                .orElseGet(() -> new RunProblem(Cause.POD_LOST, "Pod " + pod.name() + " was lost while it ran."));
    }

    /** Nobody knows what the container has done since its kubelet reported it the last time. */
    private static Optional<RunProblem> silent(PodSnapshot pod) {
        return pod.unsettled() && pod.state().map(ContainerState::getRunning).isPresent()
                ? Optional.of(new RunProblem(
                        Cause.POD_LOST,
                        "The Job is over, and pod " + pod.name()
                                + pod.node().map(name -> " on node " + name).orElse("")
                                + " has not reported its end."))
                : Optional.empty();
    }

    private static RunProblem deadline(PodSnapshot pod) {
        boolean begun = pod.terminated().isPresent()
                || pod.state().map(ContainerState::getRunning).isPresent();
        return begun
                ? new RunProblem(Cause.DEADLINE_EXCEEDED, "The Job was ended at its deadline while its pod ran.")
                : new RunProblem(
                        Cause.NOT_STARTED,
                        "The container of pod " + pod.name() + " was not started before the Job's deadline.");
    }

    private static Optional<RunProblem> waiting(ContainerStateWaiting waiting) {
        String reason = waiting.getReason() == null ? "" : waiting.getReason();
        String detail = "The container waits: " + reason + suffix(waiting.getMessage());
        return switch (reason) {
            case "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "ImageInspectError",
                    "RegistryUnavailable" -> Optional.of(new RunProblem(Cause.IMAGE_PULL, detail));
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff" ->
                Optional.of(new RunProblem(Cause.START_FAILED, detail));
            default -> Optional.empty();
        };
    }

    private static Optional<RunProblem> unschedulable(Pod pod) {
        return condition(pod, "PodScheduled", "False")
                .map(scheduled ->
                        new RunProblem(Cause.UNSCHEDULABLE, "No node takes the pod" + suffix(scheduled.getMessage())));
    }

    private static Optional<RunProblem> disruption(Pod pod) {
        if ("Evicted".equals(pod.getStatus().getReason())) {
            return Optional.of(new RunProblem(
                    Cause.EVICTED,
                    "The pod was evicted" + suffix(pod.getStatus().getMessage())));
        }
        return condition(pod, "DisruptionTarget", "True")
                .map(target -> new RunProblem(
                        Cause.EVICTED, "The pod was disrupted: " + target.getReason() + suffix(target.getMessage())));
    }

    private static Optional<RunProblem> startError(PodSnapshot pod, ContainerStateTerminated end) {
        String reason = end.getReason() == null ? "" : end.getReason();
        return switch (reason) {
            case "OOMKilled" ->
                Optional.of(new RunProblem(
                        Cause.OUT_OF_MEMORY, "The container used more memory than its limit and was killed."));
            case "StartError", "ContainerCannotRun" ->
                Optional.of(new RunProblem(
                        Cause.START_FAILED, "The container did not start: " + reason + suffix(end.getMessage())));
            // What the kubelet writes when a pod ends of whose container it knows nothing.
            case "ContainerStatusUnknown" ->
                Optional.of(
                        pod.made()
                                ? new RunProblem(Cause.POD_LOST, "The container was lost" + suffix(end.getMessage()))
                                : new RunProblem(
                                        Cause.NOT_STARTED, "The pod was ended before its container was started."));
            default -> Optional.empty();
        };
    }

    private static RunProblem exit(ContainerStateTerminated end) {
        int code = end.getExitCode();
        boolean silent = end.getMessage() == null || end.getMessage().isBlank();
        String report = silent ? "without a run report" : "with a run report that cannot be read";
        String detail = String.format(Locale.ROOT, "The container ended with exit code %d and %s.", code, report);
        return new RunProblem(code == 0 ? Cause.REPORT_MISSING : Cause.CRASHED, detail);
    }

    private static Optional<PodCondition> condition(Pod pod, String type, String status) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()) && status.equals(condition.getStatus()))
                .findFirst();
    }

    private static String suffix(@Nullable String message) {
        return message == null || message.isBlank() ? "." : ": " + message;
    }
}
