package io.crmventas.tasks.operator.desired;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Runner;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The one container of a run: the job-runner, or what an extra task brings, under the same restrictions. */
public final class DesiredContainer {
    private DesiredContainer() {}

    static Container of(CrmScheduledTask task, RunnerSettings settings) {
        Optional<ExtraTask> extra = settings.extra(task.getSpec().task());
        ContainerBuilder container = new ContainerBuilder()
                .withName(DesiredPod.CONTAINER)
                .withImage(extra.map(ExtraTask::image).orElse(settings.image()))
                .withImagePullPolicy(extra.map(ExtraTask::imagePullPolicy).orElse(settings.imagePullPolicy()))
                .withCommand(extra.map(ExtraTask::command).orElse(List.of()))
                .withArgs(Work.RUN.arguments(task, settings).orElseThrow())
                .withEnv(DesiredEnvironment.of(task, settings))
                .withResources(resources(task, settings))
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
        SecretFiles.of(task, settings).forEach(files -> container.addToVolumeMounts(files.asMount()));
        return container.build();
    }

    public static Optional<Quantity> memoryLimit(CrmScheduledTask task, RunnerSettings settings) {
        return Optional.ofNullable(resources(task, settings).getLimits().get("memory"));
    }

    private static ResourceRequirements resources(CrmScheduledTask task, RunnerSettings settings) {
        Optional<ExtraTask> extra = settings.extra(task.getSpec().task());
        return resources(
                task.getSpec().runner(),
                extra.map(ExtraTask::requests).orElse(settings.requests()),
                extra.map(ExtraTask::limits).orElse(settings.limits()));
    }

    private static ResourceRequirements resources(
            @Nullable Runner overlay, Map<String, Quantity> requests, Map<String, Quantity> limits) {
        Runner.Resources own = overlay == null ? null : overlay.resources();
        return new ResourceRequirementsBuilder()
                .withRequests(merged(requests, own == null ? null : own.requests()))
                .withLimits(merged(limits, own == null ? null : own.limits()))
                .build();
    }

    private static Map<String, Quantity> merged(Map<String, Quantity> defaults, @Nullable Map<String, Quantity> own) {
        Map<String, Quantity> merged = new TreeMap<>(defaults);
        if (own != null) {
            merged.putAll(own);
        }
        return merged;
    }
}
