package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Retry;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.config.Sha256;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Builds the Jobs of runs: the Job template of the CronJob, and the Jobs that the operator creates itself. */
public final class JobFactory {
    private static final int DEFAULT_RETRIES = 2;
    private static final int HASH_DIGITS = 10;
    /** Only the Job's deadline, not the runner's timeout, covers scheduling, the image pull and the pod's end. */
    private static final long GRACE_SECONDS = 60;
    /** A CronJob's history limits never delete a Job that the operator created, so the Job needs a time to live. */
    private static final int KEEP_SECONDS = 3_600;

    private JobFactory() {}

    public static Job requestedRun(CrmScheduledTask task, RunRequest request, RunnerSettings settings) {
        JobSpec spec = spec(task, settings);
        if (request.dryRun()) {
            spec.getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .setArgs(RunMode.DRY_RUN.arguments(task, settings).orElseThrow());
        }
        return run(task, request.jobName(task), spec, settings)
                .editMetadata()
                .withAnnotations(Map.of(request.annotation(), request.token()))
                .endMetadata()
                .build();
    }

    public static Job trialRun(CrmScheduledTask task, String name, RunnerSettings settings) {
        return run(task, name, spec(task, settings), settings)
                .editMetadata()
                .addToLabels(TaskLabels.TRIGGER, "Trial")
                .endMetadata()
                .build();
    }

    /**
     * Gives each purpose one name, so that an operator that was killed finds the Job that it created. A later task of
     * the same name gets other names.
     */
    public static String name(CrmScheduledTask task, String purpose) {
        String hash = Sha256.hex(task.uid() + "/" + purpose).substring(0, HASH_DIGITS);
        return task.name() + "-" + hash;
    }

    private static JobBuilder run(CrmScheduledTask task, String name, JobSpec spec, RunnerSettings settings) {
        spec.setTtlSecondsAfterFinished(KEEP_SECONDS);
        return owned(task, name, TaskLabels.ofJob(task, settings)).withSpec(spec);
    }

    /** The owner reference is no controller reference, because the CronJob controller would otherwise adopt the Job. */
    static JobBuilder owned(CrmScheduledTask task, String name, Map<String, String> labels) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(task.namespace())
                .withLabels(labels)
                .addNewOwnerReferenceLike(CronJobFactory.owner(task))
                .withController(null)
                .withBlockOwnerDeletion(null)
                .endOwnerReference()
                .endMetadata();
    }

    static JobSpec spec(CrmScheduledTask task, RunnerSettings settings) {
        long timeout = DurationText.parse(task.getSpec().timeout()).toSeconds();
        int retries =
                Optional.ofNullable(task.getSpec().retry()).map(Retry::limit).orElse(DEFAULT_RETRIES);
        int shards = task.getSpec().shards();
        boolean sharded = shards > 1;
        return new JobSpecBuilder()
                // The operator restores only fields that it sets, so we also set fields that have the default value.
                .withSuspend(false)
                .withCompletionMode(sharded ? "Indexed" : "NonIndexed")
                .withParallelism(shards)
                .withCompletions(shards)
                // Each shard has its own retries, so a shard that fails does not end the others.
                .withBackoffLimitPerIndex(sharded ? retries : null)
                .withBackoffLimit(sharded ? Integer.MAX_VALUE : retries)
                .withActiveDeadlineSeconds(timeout + GRACE_SECONDS)
                // A pod that is still ending can hold the task's lock. The next pod waits for its end.
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(failurePolicy(sharded))
                .withTemplate(PodTemplate.create(task, settings))
                .build();
    }

    static PodFailurePolicy failurePolicy(boolean sharded) {
        Integer[] permanent = Arrays.stream(RunnerExit.values())
                .filter(RunnerExit::permanent)
                .map(RunnerExit::code)
                .toArray(Integer[]::new);
        return new PodFailurePolicyBuilder()
                // The drain of a node is no fault of the task, so it uses no retry.
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition("True", "DisruptionTarget")
                .endRule()
                .addNewRule()
                .withAction(sharded ? "FailIndex" : "FailJob")
                .withNewOnExitCodes()
                .withContainerName(PodTemplate.CONTAINER)
                .withOperator("In")
                .withValues(permanent)
                .endOnExitCodes()
                .endRule()
                .build();
    }
}
