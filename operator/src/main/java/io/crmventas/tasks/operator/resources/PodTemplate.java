package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.RunnerProfile;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;

/**
 * The pod of a run: within the restricted Pod Security Standard, without a token, Secrets as files. It names no user and no
 * group: the image names a user, and OpenShift refuses every user outside the range of the namespace.
 */
public final class PodTemplate {
    public static final String CONTAINER = "runner";
    static final String DEFAULT_TIMEOUT = "5m";

    private PodTemplate() {}

    static PodTemplateSpec of(CrmScheduledTask task, RunnerSettings settings) {
        RunnerProfile profile = settings.catalog().profileOf(task);
        RunnerProfile.Scheduling scheduling = profile.scheduling();
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
                .withContainers(TaskContainer.of(task, settings))
                .withVolumes(new VolumeBuilder()
                        .withName("tmp")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .build());
        SecretVolume.of(task, settings).forEach(files -> pod.addToVolumes(files.asVolume()));
        settings.imagePullSecrets().forEach(pod::addNewImagePullSecret);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(TaskLabels.over(profile.labels(), task))
                .withAnnotations(profile.annotations())
                .endMetadata()
                .withSpec(pod.build())
                .build();
    }

    /** What the task says, or the default. */
    public static String timeout(CrmScheduledTask task) {
        String timeout = task.getSpec().timeout();
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }
}
