package io.crmventas.tasks.operator.desired;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.Runner;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pod of a run: within the restricted Pod Security Standard, without a token, Secrets as files. */
public final class DesiredPod {
    public static final String CONTAINER = "runner";
    static final String DATABASE_DIR = "/etc/crm/database";
    static final String REDIS_DIR = "/etc/crm/redis";
    static final String DEFAULT_TIMEOUT = "5m";

    /** The distroless "nonroot" user, in every image of ours. */
    private static final long USER = 65532L;

    private static final int OWNER_AND_GROUP_READ = 0440;

    private DesiredPod() {}

    static PodTemplateSpec of(CrmScheduledTask task, RunnerSettings settings) {
        Runner overlay = task.getSpec().runner();
        Optional<String> redisSecret = settings.redis().flatMap(RunnerSettings.Redis::secret);
        PodSpecBuilder pod = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withServiceAccountName(settings.serviceAccount().orElse(null))
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(10L)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(task, settings))
                .withVolumes(volumes(databaseSecret(task, settings), redisSecret));
        settings.imagePullSecrets().forEach(pod::addNewImagePullSecret);
        if (overlay != null) {
            pod.withPriorityClassName(overlay.priorityClassName());
            pod.withNodeSelector(overlay.nodeSelector());
            pod.withTolerations(overlay.tolerations());
        }
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(TaskLabels.over(overlay == null ? null : overlay.labels(), task))
                .endMetadata()
                .withSpec(pod.build())
                .build();
    }

    static String timeout(CrmScheduledTask task) {
        String timeout = task.getSpec().timeout();
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    static List<String> dryRunArguments(CrmScheduledTask task) {
        return List.of("run", task.getSpec().task(), "--dry-run");
    }

    private static String databaseSecret(CrmScheduledTask task, RunnerSettings settings) {
        CrmScheduledTaskSpec.Database database = task.getSpec().database();
        return database == null ? settings.databaseSecret() : database.secretName();
    }

    private static Container container(CrmScheduledTask task, RunnerSettings settings) {
        List<VolumeMount> mounts = new ArrayList<>(List.of(
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build(),
                secretMount("database", DATABASE_DIR)));
        settings.redis()
                .flatMap(RunnerSettings.Redis::secret)
                .ifPresent(secret -> mounts.add(secretMount("redis", REDIS_DIR)));
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(settings.image())
                .withImagePullPolicy(settings.imagePullPolicy())
                .withArgs("run", task.getSpec().task())
                .withEnv(DesiredEnvironment.of(task, settings))
                .withResources(resources(task.getSpec().runner(), settings).build())
                .withTerminationMessagePath(RunnerEnvironment.DEFAULT_TERMINATION_LOG)
                // Only the report: the tail of a log may hold anything.
                .withTerminationMessagePolicy("File")
                .withVolumeMounts(mounts)
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    private static ResourceRequirementsBuilder resources(@Nullable Runner overlay, RunnerSettings settings) {
        Runner.Resources own = overlay == null ? null : overlay.resources();
        return new ResourceRequirementsBuilder()
                .withRequests(merged(settings.requests(), own == null ? null : own.requests()))
                .withLimits(merged(settings.limits(), own == null ? null : own.limits()));
    }

    private static Map<String, Quantity> merged(Map<String, Quantity> defaults, @Nullable Map<String, Quantity> own) {
        Map<String, Quantity> merged = new TreeMap<>(defaults);
        if (own != null) {
            merged.putAll(own);
        }
        return merged;
    }

    private static List<Volume> volumes(String databaseSecret, Optional<String> redisSecret) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .build());
        volumes.add(secret("database", databaseSecret));
        redisSecret.ifPresent(name -> volumes.add(secret("redis", name)));
        return volumes;
    }

    /**
     * Optional even for the database: a pod with a missing Secret would hang in ContainerCreating until the deadline,
     * while the runner tells within a second that the Secret is not there.
     */
    private static Volume secret(String volume, String secret) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(OWNER_AND_GROUP_READ)
                .withOptional(true)
                .endSecret()
                .build();
    }

    private static VolumeMount secretMount(String volume, String path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}
