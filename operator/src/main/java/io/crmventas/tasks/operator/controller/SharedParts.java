package io.crmventas.tasks.operator.controller;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps once what cached CronJobs have in common, for those of many tasks differ in a few words. Whoever reads a cache
 * changes nothing in it, so that sharing shows nowhere but in the memory.
 */
final class SharedParts {
    private static final int MOST = 1_000;

    /** The longest unused first: what only one task has does not stay. */
    private final Map<Object, Object> parts = new LinkedHashMap<>(16, 0.75f, true);

    synchronized CronJob of(CronJob cronJob) {
        Trim.metadata(cronJob);
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

    /** A task's CronJob, Jobs and pods carry the same. */
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
}
