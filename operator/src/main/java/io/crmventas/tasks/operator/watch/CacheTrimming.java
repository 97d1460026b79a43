package io.crmventas.tasks.operator.watch;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes from cached resources what the operator does not read, and stores equal parts of many CronJobs only once. At
 * thousands of tasks these parts are most of the memory. No reader of a cache may change a resource, because resources
 * share these parts.
 */
public final class CacheTrimming {
    private static final int MOST = 1_000;

    /** The map drops the part that was unused for the longest time, so that a part of only one task does not stay. */
    private final Map<Object, Object> parts = new LinkedHashMap<>(16, 0.75f, true);

    synchronized CronJob cronJob(CronJob cronJob) {
        metadata(cronJob);
        JobTemplateSpec job = cronJob.getSpec().getJobTemplate();
        PodTemplateSpec pod = job.getSpec().getTemplate();
        labels(cronJob.getMetadata());
        labels(job.getMetadata());
        labels(pod.getMetadata());
        job.getSpec().setPodFailurePolicy(one(job.getSpec().getPodFailurePolicy()));
        PodSpec spec = pod.getSpec();
        spec.setSecurityContext(one(spec.getSecurityContext()));
        spec.setVolumes(all(spec.getVolumes()));
        spec.getContainers().forEach(this::container);
        return cronJob;
    }

    private void container(Container container) {
        container.setEnv(all(container.getEnv()));
        container.setVolumeMounts(all(container.getVolumeMounts()));
        container.setResources(one(container.getResources()));
        container.setSecurityContext(one(container.getSecurityContext()));
        container.setImage(one(container.getImage()));
    }

    /** The CronJob, Jobs and pods of a task have equal labels. */
    private void labels(@Nullable ObjectMeta metadata) {
        if (metadata != null) {
            metadata.setLabels(one(metadata.getLabels()));
        }
    }

    private <T> List<T> all(List<T> list) {
        return list.stream().map(this::one).toList();
    }

    @SuppressWarnings("unchecked") // equal parts are of one class
    private <T> @Nullable T one(@Nullable T part) {
        if (part == null) {
            return null;
        }
        T known = (T) parts.putIfAbsent(part, part);
        if (parts.size() > MOST) {
            parts.remove(parts.keySet().iterator().next());
        }
        return known == null ? part : known;
    }

    public static <R extends HasMetadata> R metadata(R resource) {
        resource.getMetadata().setManagedFields(List.of());
        return resource;
    }

    static Job job(Job job) {
        JobSpec spec = job.getSpec();
        if (spec != null) {
            job.setSpec(new JobSpecBuilder()
                    .withCompletions(spec.getCompletions())
                    .withActiveDeadlineSeconds(spec.getActiveDeadlineSeconds())
                    .withManagedBy(spec.getManagedBy())
                    .withSuspend(spec.getSuspend())
                    .build());
        }
        return metadata(job);
    }

    static Pod pod(Pod pod) {
        String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        pod.setSpec(new PodSpecBuilder().withNodeName(node).build());
        return metadata(pod);
    }
}
