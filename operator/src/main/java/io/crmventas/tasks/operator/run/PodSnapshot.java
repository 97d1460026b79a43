package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.resources.PodTemplate;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pod of a run, with the names that matter here.
 *
 * @param deleted and seen for the last time
 */
record PodSnapshot(Pod pod, boolean deleted) {
    private static final String COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
    private static final String CONTRADICTION = "ExitContradictsReport";
    private static final Set<String> END_PHASES = Set.of("Succeeded", "Failed");

    /** Oldest first. Creation times are whole seconds, so the end of the container decides between equals. */
    private static final Comparator<PodSnapshot> BY_AGE = Comparator.comparing(
                    (PodSnapshot pod) -> pod.pod().getMetadata().getCreationTimestamp(),
                    Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(pod -> pod.terminated()
                    .map(ContainerStateTerminated::getFinishedAt)
                    .orElse("9999"))
            .thenComparing(PodSnapshot::name);

    static List<PodSnapshot> of(JobSnapshot snapshot) {
        Stream<PodSnapshot> there = snapshot.pods().stream().map(pod -> new PodSnapshot(pod, false));
        Stream<PodSnapshot> gone = snapshot.deletedPods().stream().map(pod -> new PodSnapshot(pod, true));
        return Stream.concat(there, gone)
                .filter(pod -> pod.ownedBy(snapshot.job()))
                .sorted(BY_AGE)
                .toList();
    }

    private boolean ownedBy(Job job) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> job.getMetadata().getUid().equals(owner.getUid()));
    }

    /** Which shard it is of, from 0. */
    int index() {
        String index = pod.getMetadata().getLabels().getOrDefault(COMPLETION_INDEX, "0");
        return index.matches("[0-9]{1,4}") ? Integer.parseInt(index) : 0;
    }

    /** Its end is still to be heard of. */
    boolean unsettled() {
        return !deleted && terminated().isEmpty() && !END_PHASES.contains(phase());
    }

    private String phase() {
        return pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
    }

    String name() {
        return pod.getMetadata().getName();
    }

    Optional<String> node() {
        return Optional.ofNullable(pod.getSpec()).map(PodSpec::getNodeName);
    }

    /** Names of the other containers that run. */
    List<String> others() {
        return containers()
                .filter(container -> !PodTemplate.CONTAINER.equals(container.getName())
                        && container.getState() != null
                        && container.getState().getRunning() != null)
                .map(ContainerStatus::getName)
                .toList();
    }

    /** A report of a container that failed can have been written before the fault, so it is no proof of a success. */
    Optional<RunReport> report() {
        return terminated()
                .flatMap(end -> Optional.ofNullable(end.getMessage())
                        .flatMap(ReportSanitizer::of)
                        .map(report -> end.getExitCode() == 0
                                        || report.result().failure()
                                        || report.result() == RunResult.UNKNOWN
                                ? report
                                : contradicted(report, end.getExitCode())));
    }

    private static RunReport contradicted(RunReport report, int exitCode) {
        return report.toBuilder()
                .result(RunResult.FAILED)
                .reason(CONTRADICTION)
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

    /** Only the runtime gives an ID, and only to a container that it made. */
    boolean made() {
        return container()
                .map(ContainerStatus::getContainerID)
                .filter(id -> !id.isBlank())
                .isPresent();
    }

    private Optional<ContainerStatus> container() {
        return containers()
                .filter(container -> PodTemplate.CONTAINER.equals(container.getName()))
                .findFirst();
    }

    private Stream<ContainerStatus> containers() {
        return Optional.ofNullable(pod.getStatus()).stream().flatMap(status -> status.getContainerStatuses().stream());
    }

    /** Tries of the work inside this pod; a pod that never began made none. */
    int attempts() {
        return report().map(report -> Math.max(1, report.attempts())).orElse(made() ? 1 : 0);
    }
}
