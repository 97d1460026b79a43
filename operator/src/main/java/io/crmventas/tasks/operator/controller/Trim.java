package io.crmventas.tasks.operator.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import java.util.List;

/** Takes out of cached resources what nobody here reads: at thousands of tasks that is most of the memory. */
public final class Trim {
    private Trim() {}

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
