package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.resources.PodTemplate;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The last seen state of a pod of a run.
 *
 * @param deleted whether the pod no longer exists
 */
record PodSnapshot(Pod pod, boolean deleted) {
    private static final String COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
    private static final Set<String> END_PHASES = Set.of("Succeeded", "Failed");

    /** The oldest pod comes first. Creation times are whole seconds, so the container's end decides a tie. */
    private static final Comparator<PodSnapshot> BY_AGE = Comparator.comparing(
                    (PodSnapshot pod) -> TimeText.parse(pod.pod().getMetadata().getCreationTimestamp())
                            .orElse(Instant.MIN))
            .thenComparing(pod -> pod.terminated()
                    .flatMap(end -> TimeText.parse(end.getFinishedAt()))
                    .orElse(Instant.MAX))
            .thenComparing(PodSnapshot::name);

    /** Selects the pods of the Job from the existing and the deleted ones, the oldest first. */
    static List<PodSnapshot> of(Job job, List<Pod> existing, List<Pod> deleted) {
        return Stream.concat(
                        existing.stream().map(pod -> new PodSnapshot(pod, false)),
                        deleted.stream().map(pod -> new PodSnapshot(pod, true)))
                .filter(pod -> pod.ownedBy(job))
                .sorted(BY_AGE)
                .toList();
    }

    private boolean ownedBy(Job job) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> job.getMetadata().getUid().equals(owner.getUid()));
    }

    /** Returns the index of the shard, from 0. */
    int index() {
        String index = pod.getMetadata().getLabels().getOrDefault(COMPLETION_INDEX, "0");
        return index.matches("[0-9]{1,4}") ? Integer.parseInt(index) : 0;
    }

    /** Returns whether the kubelet has not reported the end of the pod. */
    boolean unsettled() {
        return !deleted && terminated().isEmpty() && !END_PHASES.contains(phase());
    }

    private String phase() {
        return String.valueOf(pod.getStatus().getPhase());
    }

    String name() {
        return pod.getMetadata().getName();
    }

    Optional<String> node() {
        return Optional.ofNullable(pod.getSpec()).map(PodSpec::getNodeName);
    }

    /** Returns the names of the other containers that have not ended, with the reason of those that wait. */
    List<String> others() {
        return containers()
                .filter(container -> !PodTemplate.CONTAINER.equals(container.getName())
                        && container.getState().getTerminated() == null)
                .map(container -> container.getState().getWaiting() == null
                        ? container.getName()
                        : container.getName() + " ("
                                + container.getState().getWaiting().getReason() + ")")
                .toList();
    }

    /** Returns the init containers, which another client injects, in their order. */
    List<ContainerStatus> initContainers() {
        return pod.getStatus().getInitContainerStatuses();
    }

    /** A container can report a success and then fail, so a reported success counts only with exit code 0. */
    Optional<RunReport> report() {
        return terminated()
                .flatMap(end -> Optional.ofNullable(end.getMessage())
                        .flatMap(ReportSanitizer::sanitized)
                        .map(report -> end.getExitCode() == 0 || report.result().failure()
                                ? report
                                : contradicted(report, end.getExitCode())));
    }

    private static RunReport contradicted(RunReport report, int exitCode) {
        return report.toBuilder()
                .result(RunResult.FAILED)
                .reason(Reason.EXIT_CONTRADICTS_REPORT.text())
                .message("The report says " + report.result() + ", but the container ended with exit code " + exitCode
                        + ".")
                .build();
    }

    boolean succeeded() {
        return terminated().map(end -> end.getExitCode() == 0).orElse(false);
    }

    Optional<ContainerStateTerminated> terminated() {
        return state().map(ContainerState::getTerminated);
    }

    Optional<ContainerState> state() {
        return container().map(ContainerStatus::getState);
    }

    /** The container runtime gives an ID only to a container that it created. */
    boolean containerCreated() {
        return container()
                .map(ContainerStatus::getContainerID)
                .filter(id -> !id.isBlank())
                .isPresent();
    }

    /** Returns the limit in bytes that the kubelet set, if there is one. Kubernetes shows it from 1.33 on. */
    Optional<BigDecimal> memoryLimit() {
        return container()
                .map(ContainerStatus::getResources)
                .map(resources -> resources.getLimits().get("memory"))
                .map(Quantity::getNumericalAmount);
    }

    Optional<ContainerStatus> container() {
        return containers()
                .filter(container -> PodTemplate.CONTAINER.equals(container.getName()))
                .findFirst();
    }

    private Stream<ContainerStatus> containers() {
        return pod.getStatus().getContainerStatuses().stream();
    }

    /** Returns the number of attempts in this pod; 0 when its container never started. */
    int attempts() {
        return report().map(report -> Math.max(1, report.attempts())).orElse(containerCreated() ? 1 : 0);
    }
}
