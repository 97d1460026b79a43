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
import java.util.Objects;
import java.util.Optional;

/** The Jobs of runs: the form that the CronJob's Jobs have, and the Jobs that the operator creates itself. */
public final class JobFactory {
    private static final int DEFAULT_RETRIES = 2;
    private static final int HASH_DIGITS = 10;
    /** The Job's deadline also covers scheduling, pulling the image and the pod's end. The runner's timeout does not. */
    private static final long GRACE_SECONDS = 60;
    /** A CronJob's history limits do not delete a Job that the operator created. */
    private static final int KEEP_SECONDS = 3_600;

    private JobFactory() {}

    /** The Job of a run that a person requested. */
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

    /** The Job of a trial run of a task that the circuit breaker suspended. */
    public static Job trialRun(CrmScheduledTask task, String name, RunnerSettings settings) {
        return run(task, name, spec(task, settings), settings)
                .editMetadata()
                .addToLabels(TaskLabels.TRIGGER, "Trial")
                .endMetadata()
                .build();
    }

    /**
     * One purpose has one name, so an operator that was killed finds the Job that it created. A later task of the same
     * name has other names.
     */
    public static String name(CrmScheduledTask task, String purpose) {
        String hash = Sha256.hex(task.getMetadata().getUid() + "/" + purpose).substring(0, HASH_DIGITS);
        return task.getMetadata().getName() + "-" + hash;
    }

    private static JobBuilder run(CrmScheduledTask task, String name, JobSpec spec, RunnerSettings settings) {
        spec.setTtlSecondsAfterFinished(KEEP_SECONDS);
        return owned(task, name, TaskLabels.ofJob(task, settings)).withSpec(spec);
    }

    /** The owner is no controller: the CronJob controller would adopt the Job of a CronJob of the same name. */
    static JobBuilder owned(CrmScheduledTask task, String name, Map<String, String> labels) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(task.getMetadata().getNamespace())
                .withLabels(labels)
                .addNewOwnerReferenceLike(CronJobFactory.owner(task))
                .withController(null)
                .withBlockOwnerDeletion(null)
                .endOwnerReference()
                .endMetadata();
    }

    static JobSpec spec(CrmScheduledTask task, RunnerSettings settings) {
        long timeout = DurationText.parse(PodTemplate.timeout(task)).toSeconds();
        int retries =
                Optional.ofNullable(task.getSpec().retry()).map(Retry::limit).orElse(DEFAULT_RETRIES);
        int shards = shards(task);
        boolean sharded = shards > 1;
        return new JobSpecBuilder()
                // Some of these are defaults. We set them, because the operator restores only fields that it sets.
                .withSuspend(false)
                .withCompletionMode(sharded ? "Indexed" : "NonIndexed")
                .withParallelism(shards)
                .withCompletions(shards)
                // Each shard has retries of its own, so a shard that fails does not end the others.
                .withBackoffLimitPerIndex(sharded ? retries : null)
                .withBackoffLimit(sharded ? Integer.MAX_VALUE : retries)
                .withActiveDeadlineSeconds(timeout + GRACE_SECONDS)
                // A pod that is still ending can hold the task's lock. The next pod waits for its end.
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(failurePolicy(sharded))
                .withTemplate(PodTemplate.create(task, settings))
                .build();
    }

    static int shards(CrmScheduledTask task) {
        return Objects.requireNonNullElse(task.getSpec().shards(), 1);
    }

    static PodFailurePolicy failurePolicy(boolean sharded) {
        Integer[] permanent = Arrays.stream(RunnerExit.values())
                .filter(RunnerExit::permanent)
                .map(RunnerExit::code)
                .toArray(Integer[]::new);
        return new PodFailurePolicyBuilder()
                // The drain of a node is no fault of the task and uses up no retry.
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
