package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.Catalog;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;

/**
 * Builds the pod of a run with one container: the job-runner or an extra task, under the same restrictions. It meets
 * the restricted Pod Security Standard, has no service account token and gets Secrets as files. It names no user and no
 * group, because the image names a user, and OpenShift refuses every user outside the range of the namespace.
 */
public final class PodTemplate {
    public static final String CONTAINER = "runner";

    private PodTemplate() {}

    static PodTemplateSpec create(CrmScheduledTask task, RunnerSettings settings) {
        RunnerProfile profile = settings.catalog().profileOf(task);
        RunnerProfile.PodScheduling scheduling = profile.scheduling();
        PodSpecBuilder pod = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withServiceAccountName(profile.serviceAccount().orElse(null))
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(10L)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withPriorityClassName(scheduling.priorityClassName().orElse(null))
                .withNodeSelector(scheduling.nodeSelector())
                .withTolerations(scheduling.tolerations())
                .withAffinity(scheduling.affinity().orElse(null))
                .withContainers(container(task, settings))
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume();
        SecretVolume.of(task, settings).forEach(secret -> pod.addToVolumes(secret.asVolume()));
        settings.imagePullSecrets().forEach(pod::addNewImagePullSecret);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(TaskLabels.ofPod(task, profile))
                .withAnnotations(profile.annotations())
                .endMetadata()
                .withSpec(pod.build())
                .build();
    }

    private static Container container(CrmScheduledTask task, RunnerSettings settings) {
        Optional<ExtraTask.Image> extra = settings.catalog().extraTask(task).map(ExtraTask::image);
        ContainerBuilder container = new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(extra.map(ExtraTask.Image::name).orElse(settings.image()))
                .withImagePullPolicy(extra.map(ExtraTask.Image::pullPolicy).orElse(settings.imagePullPolicy()))
                .withCommand(extra.map(ExtraTask.Image::command).orElse(List.of()))
                .withArgs(RunMode.RUN.arguments(task, settings).orElseThrow())
                .withEnv(ContainerEnvironment.variables(task, settings))
                .withResources(settings.catalog().profileOf(task).resources())
                .withTerminationMessagePath(RunnerEnvironment.DEFAULT_TERMINATION_LOG)
                // "File" keeps only the report. The other policy adds the end of the log, which can hold any text.
                .withTerminationMessagePolicy("File")
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
        SecretVolume.of(task, settings).forEach(secret -> container.addToVolumeMounts(secret.asMount()));
        return container.build();
    }

    /** Returns empty when the profile has no limit, or when the catalog does not have the task's profile. */
    public static Optional<Quantity> memoryLimit(CrmScheduledTask task, RunnerSettings settings) {
        Catalog catalog = settings.catalog();
        return catalog.unknownName(task).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(
                        catalog.profileOf(task).resources().getLimits().get("memory"));
    }
}
