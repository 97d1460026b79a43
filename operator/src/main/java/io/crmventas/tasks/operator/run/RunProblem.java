package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.resources.PodTemplate;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a run does not start, or why it ended without a report.
 *
 * @param detail a sentence with what Kubernetes shows
 * @param pod the pod whose Events can show more
 */
public record RunProblem(Reason reason, String detail, Optional<String> pod) {
    /** A sidecar ends a moment after the runner. A sidecar that continues keeps the Job active until its deadline. */
    private static final Duration SIDECAR_PATIENCE = Duration.ofSeconds(30);

    /** A container starts within seconds, unless its image is large. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(1);

    public RunProblem(Reason reason, String detail) {
        this(reason, detail, Optional.empty());
    }

    /** Returns Failed if the run cannot have finished its work, and Unknown if it may have. */
    RunResult result() {
        return switch (reason) {
            case REPORT_MISSING, POD_LOST, NOT_ENDED, JOB_DELETED, REPLACED -> RunResult.UNKNOWN;
            default -> RunResult.FAILED;
        };
    }

    /** Returns empty while the pod runs, or while its start is not late. */
    static Optional<RunProblem> whileWaiting(PodSnapshot pod, Instant now) {
        return whileWaiting(pod)
                .or(() ->
                        leftRunningAt(pod).filter(since -> !now.isBefore(since)).map(_ -> leftRunning(pod)))
                .or(() -> startLateAt(pod).filter(since -> !now.isBefore(since)).map(_ -> startLate(pod)));
    }

    /** While the runner waits, an injected init container can be the cause. */
    private static Optional<RunProblem> whileWaiting(PodSnapshot pod) {
        boolean waits = pod.state().map(ContainerState::getWaiting).isPresent();
        return Stream.concat(waits ? pod.initContainers().stream() : Stream.of(), pod.container().stream())
                .flatMap(container -> waiting(container).stream())
                .findFirst()
                .or(() -> unschedulable(pod.pod()));
    }

    /** Returns when a pod that has a node and does not run becomes a problem; empty when it runs or has ended. */
    static Optional<Instant> startLateAt(PodSnapshot pod) {
        boolean waits =
                pod.unsettled() && pod.state().map(ContainerState::getRunning).isEmpty();
        return Optional.of(pod.pod())
                .filter(_ -> waits)
                .flatMap(late -> condition(late, "PodScheduled", "True"))
                .flatMap(scheduled -> TimeText.parse(scheduled.getLastTransitionTime()))
                .map(scheduled -> scheduled.plus(START_PATIENCE));
    }

    private static RunProblem startLate(PodSnapshot pod) {
        String blocking = pod.initContainers().reversed().stream()
                .filter(init -> init.getState().getRunning() != null)
                .findFirst()
                .map(init -> "; init container " + init.getName() + " still runs")
                .orElse("");
        return new RunProblem(
                Reason.NOT_STARTED,
                "Container " + PodTemplate.CONTAINER + " of pod " + pod.name() + onNode(pod) + " has not started"
                        + blocking + ".",
                Optional.of(pod.name()));
    }

    private static String onNode(PodSnapshot pod) {
        return pod.node().map(name -> " on node " + name).orElse("");
    }

    /** Returns when another container that outlives the runner becomes a problem; empty when there is none. */
    static Optional<Instant> leftRunningAt(PodSnapshot pod) {
        return pod.terminated()
                .filter(_ -> !pod.deleted() && !pod.others().isEmpty())
                .flatMap(end -> TimeText.parse(end.getFinishedAt()))
                .map(end -> end.plus(SIDECAR_PATIENCE));
    }

    private static RunProblem leftRunning(PodSnapshot pod) {
        return new RunProblem(
                Reason.NOT_ENDED,
                "Container " + PodTemplate.CONTAINER + " of pod " + pod.name() + " has ended, but container "
                        + String.join(", ", pod.others()) + " has not ended and keeps the Job active.");
    }

    /** Explains that the Job's controller has created no pod. The Job's Events show the cause. */
    static RunProblem noPod(Job job) {
        return suspended(job)
                ? new RunProblem(
                        Reason.QUEUED, "The Job is suspended, for example because a queue has not admitted it.")
                : new RunProblem(Reason.NO_POD, "Kubernetes has created no pod.");
    }

    static RunProblem overdue(PodSnapshot pod) {
        return new RunProblem(
                Reason.NOT_ENDED,
                "The Job's deadline has passed, and pod " + pod.name() + onNode(pod) + " has not reported its end.");
    }

    static RunProblem overdue(Job job) {
        return new RunProblem(
                Reason.NOT_ENDED,
                "The Job's deadline has passed, Kubernetes has not ended the Job, and it has no pod" + manager(job)
                        + ".");
    }

    private static String manager(Job job) {
        return otherController(job)
                .map(controller -> "; controller " + controller + " manages the Job")
                .orElse(suspended(job) ? "; the Job is suspended" : "");
    }

    /** Returns the controller that replaces Kubernetes' own for this Job. The pods can be in another cluster. */
    static Optional<String> otherController(Job job) {
        return Optional.ofNullable(job.getSpec())
                .map(JobSpec::getManagedBy)
                .filter(controller -> !controller.equals("kubernetes.io/job-controller"));
    }

    static boolean suspended(Job job) {
        return job.getSpec() != null && Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    /** Explains why the pod of an ended Job left no report. */
    static RunProblem atEnd(PodSnapshot pod, boolean deadlineExceeded) {
        ContainerStateTerminated end = pod.terminated().orElse(null);
        return silent(pod)
                .or(() -> disruption(pod.pod()))
                .or(() -> Optional.ofNullable(end).flatMap(state -> startError(pod, state)))
                .or(() -> whileWaiting(pod))
                .or(() -> deadlineExceeded ? Optional.of(deadline(pod)) : failedInit(pod))
                .or(() -> Optional.ofNullable(end).map(RunProblem::exit))
                .orElseGet(() -> new RunProblem(Reason.POD_LOST, "Pod " + pod.name() + " was lost while it ran."));
    }

    /** Explains an unknown end: the kubelet no longer reports the container. */
    private static Optional<RunProblem> silent(PodSnapshot pod) {
        return pod.unsettled() && pod.state().map(ContainerState::getRunning).isPresent()
                ? Optional.of(new RunProblem(
                        Reason.POD_LOST,
                        "The Job is over, and pod " + pod.name() + onNode(pod) + " has not reported its end."))
                : Optional.empty();
    }

    private static Optional<RunProblem> failedInit(PodSnapshot pod) {
        return pod.initContainers().stream()
                .filter(init -> init.getState().getTerminated() != null
                        && init.getState().getTerminated().getExitCode() != 0)
                .findFirst()
                .map(init -> {
                    ContainerStateTerminated end = init.getState().getTerminated();
                    return new RunProblem(
                            Reason.START_FAILED,
                            "Init container " + init.getName() + " of pod " + pod.name() + " ended with exit code "
                                    + end.getExitCode() + suffix(end.getMessage()));
                });
    }

    private static RunProblem deadline(PodSnapshot pod) {
        boolean started = pod.terminated().isPresent()
                || pod.state().map(ContainerState::getRunning).isPresent();
        return started
                ? new RunProblem(
                        Reason.DEADLINE_EXCEEDED, "Kubernetes ended the Job at its deadline while its pod ran.")
                : new RunProblem(
                        Reason.NOT_STARTED,
                        "The container of pod " + pod.name() + " did not start before the Job's deadline.");
    }

    private static Optional<RunProblem> waiting(ContainerStatus container) {
        ContainerStateWaiting waiting = container.getState().getWaiting();
        if (waiting == null || waiting.getReason() == null) {
            return Optional.empty();
        }
        String reason = waiting.getReason();
        String detail = "Container " + container.getName() + " waits: " + reason + suffix(waiting.getMessage());
        return switch (reason) {
            case "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "ImageInspectError",
                    "RegistryUnavailable" -> Optional.of(new RunProblem(Reason.IMAGE_PULL_FAILED, detail));
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff" ->
                Optional.of(new RunProblem(Reason.START_FAILED, detail));
            default -> Optional.empty();
        };
    }

    private static Optional<RunProblem> unschedulable(Pod pod) {
        return condition(pod, "PodScheduled", "False")
                .map(scheduled ->
                        new RunProblem(Reason.UNSCHEDULABLE, "No node takes the pod" + suffix(scheduled.getMessage())));
    }

    private static Optional<RunProblem> disruption(Pod pod) {
        if ("Evicted".equals(pod.getStatus().getReason())) {
            return Optional.of(new RunProblem(
                    Reason.EVICTED,
                    "The pod was evicted" + suffix(pod.getStatus().getMessage())));
        }
        return condition(pod, "DisruptionTarget", "True")
                .map(target -> new RunProblem(
                        Reason.EVICTED, "The pod was disrupted: " + target.getReason() + suffix(target.getMessage())));
    }

    private static Optional<RunProblem> startError(PodSnapshot pod, ContainerStateTerminated end) {
        String reason = end.getReason() == null ? "" : end.getReason();
        return switch (reason) {
            case "OOMKilled" ->
                Optional.of(new RunProblem(
                        Reason.OUT_OF_MEMORY, "The container used more memory than its limit and was killed."));
            case "StartError", "ContainerCannotRun" ->
                Optional.of(new RunProblem(
                        Reason.START_FAILED, "The container did not start: " + reason + suffix(end.getMessage())));
            // The kubelet writes this reason when a pod ends and the state of its container is lost.
            case "ContainerStatusUnknown" ->
                Optional.of(
                        pod.containerCreated()
                                ? new RunProblem(Reason.POD_LOST, "The container was lost" + suffix(end.getMessage()))
                                : new RunProblem(Reason.NOT_STARTED, "The pod ended before its container started."));
            default -> Optional.empty();
        };
    }

    private static RunProblem exit(ContainerStateTerminated end) {
        int code = end.getExitCode();
        boolean empty = end.getMessage() == null || end.getMessage().isBlank();
        String report = empty ? "without a run report" : "with a run report that cannot be read";
        return new RunProblem(
                code == 0 ? Reason.REPORT_MISSING : Reason.CRASHED,
                "The container ended with exit code " + code + " and " + report + ".");
    }

    private static Optional<PodCondition> condition(Pod pod, String type, String status) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()) && status.equals(condition.getStatus()))
                .findFirst();
    }

    private static String suffix(@Nullable String message) {
        return message == null || message.isBlank() ? "." : ": " + message.strip();
    }
}
