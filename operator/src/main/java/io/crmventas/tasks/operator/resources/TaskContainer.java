package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.Catalog;
import io.crmventas.tasks.operator.config.ExtraTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Optional;

/** The one container of a run: the job-runner, or what an extra task brings, under the same restrictions. */
public final class TaskContainer {
    private TaskContainer() {}

    static Container of(CrmScheduledTask task, RunnerSettings settings) {
        Optional<ExtraTask> extra = settings.catalog().extraTask(task);
        ContainerBuilder container = new ContainerBuilder()
                .withName(PodTemplate.CONTAINER)
                .withImage(extra.map(ExtraTask::image).orElse(settings.image()))
                .withImagePullPolicy(extra.map(ExtraTask::imagePullPolicy).orElse(settings.imagePullPolicy()))
                .withCommand(extra.map(ExtraTask::command).orElse(List.of()))
                .withArgs(RunMode.RUN.arguments(task, settings).orElseThrow())
                .withEnv(ContainerEnvironment.of(task, settings))
                .withResources(settings.catalog().profileOf(task).resources())
                .withTerminationMessagePath(RunnerEnvironment.DEFAULT_TERMINATION_LOG)
                // Only the report: the tail of a log may hold anything.
                .withTerminationMessagePolicy("File")
                .withVolumeMounts(new VolumeMountBuilder()
                        .withName("tmp")
                        .withMountPath("/tmp")
                        .build())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
        SecretVolume.of(task, settings).forEach(files -> container.addToVolumeMounts(files.asMount()));
        return container.build();
    }

    /** Empty when the operator does not have the task's profile. */
    public static Optional<Quantity> memoryLimit(CrmScheduledTask task, RunnerSettings settings) {
        Catalog catalog = settings.catalog();
        return catalog.unknownName(task).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(
                        catalog.profileOf(task).resources().getLimits().get("memory"));
    }
}
