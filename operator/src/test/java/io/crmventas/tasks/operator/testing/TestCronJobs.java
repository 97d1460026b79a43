package io.crmventas.tasks.operator.testing;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

/** CronJobs that other clients create or change. */
public final class TestCronJobs {
    private TestCronJobs() {}

    public static PodSpec podSpec(CronJob cronJob) {
        return cronJob.getSpec().getJobTemplate().getSpec().getTemplate().getSpec();
    }

    /** @return a changed copy of the CronJob */
    public static CronJob withContainerAdded(CronJob cronJob) {
        CronJob changed = new CronJobBuilder(cronJob).build();
        podSpec(changed)
                .getContainers()
                .add(new ContainerBuilder().withName("miner").withImage("miner").build());
        return changed;
    }

    public static CronJob foreign(String namespace, String name) {
        return Serialization.unmarshal("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {namespace: %s, name: %s}
                spec:
                  schedule: 0 0 1 1 *
                  jobTemplate:
                    spec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: x}]}}}
                """.formatted(namespace, name), CronJob.class);
    }
}
