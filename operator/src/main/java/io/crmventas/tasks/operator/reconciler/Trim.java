package io.crmventas.tasks.operator.reconciler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
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
        Integer completions = job.getSpec() == null ? null : job.getSpec().getCompletions();
        job.setSpec(new JobSpecBuilder().withCompletions(completions).build());
        return metadata(job);
    }

    static Pod pod(Pod pod) {
        pod.setSpec(null);
        return metadata(pod);
    }
}
