package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.util.Map;

/** The Jobs of runs that the operator starts: asked for by somebody, or by itself; otherwise as the CronJob's. */
public final class JobFactory {
    /** No history limit deletes it, for no CronJob made it. */
    private static final int KEEP_SECONDS = 3_600;

    private JobFactory() {}

    public static Job of(CrmScheduledTask task, RunRequest request, RunnerSettings settings) {
        JobSpec spec = CronJobFactory.job(task, settings);
        spec.setTtlSecondsAfterFinished(KEEP_SECONDS);
        if (request.dryRun()) {
            spec.getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .setArgs(RunMode.DRY_RUN.arguments(task, settings).orElseThrow());
        }
        return job(task, request.jobName(task), spec, settings)
                .editMetadata()
                .withAnnotations(Map.of(request.annotation(), request.token()))
                .endMetadata()
                .build();
    }

    /** A try of a task that paused itself. */
    public static Job probe(CrmScheduledTask task, String name, RunnerSettings settings) {
        JobSpec spec = CronJobFactory.job(task, settings);
        spec.setTtlSecondsAfterFinished(KEEP_SECONDS);
        return job(task, name, spec, settings)
                .editMetadata()
                .addToLabels(TaskLabels.TRIGGER, "Probe")
                .endMetadata()
                .build();
    }

    private static JobBuilder job(CrmScheduledTask task, String name, JobSpec spec, RunnerSettings settings) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(task.getMetadata().getNamespace())
                .withLabels(TaskLabels.ofJob(task, settings))
                // Not as controller: the CronJob controller would take the Job of a namesake for its own.
                .addNewOwnerReferenceLike(CronJobFactory.owner(task))
                .withController(null)
                .withBlockOwnerDeletion(null)
                .endOwnerReference()
                .endMetadata()
                .withSpec(spec);
    }
}
