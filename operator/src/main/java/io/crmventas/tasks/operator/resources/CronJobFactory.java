package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.History;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Retry;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The one CronJob of a task. */
public final class CronJobFactory {
    static final int DEFAULT_RETRIES = 2;
    /** Room for scheduling, pulling the image and the pod's end, which count against the Job but not the runner. */
    static final long GRACE_SECONDS = 60;

    private static final int KEEP_SUCCEEDED = 3;
    private static final int KEEP_FAILED = 1;

    private CronJobFactory() {}

    /**
     * @param schedule as a CronJob writes it
     * @param suspended whether Kubernetes shall start no scheduled run
     */
    public static CronJob of(
            CrmScheduledTask task, String schedule, String timeZone, boolean suspended, RunnerSettings settings) {
        Map<String, String> labels = TaskLabels.of(task);
        StartPolicy policy = StartPolicy.of(task.getSpec(), schedule, timeZone);
        CronJob cronJob = new CronJobBuilder()
                .withNewMetadata()
                .withName(task.getMetadata().getName())
                .withNamespace(task.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(owner(task))
                .endMetadata()
                .withNewSpec()
                .withSchedule(schedule)
                .withTimeZone(timeZone)
                .withSuspend(suspended)
                .withConcurrencyPolicy(policy.concurrency())
                .withStartingDeadlineSeconds(policy.startingDeadlineSeconds())
                .withSuccessfulJobsHistoryLimit(succeededToKeep(task))
                .withFailedJobsHistoryLimit(failedToKeep(task))
                .withNewJobTemplate()
                .withNewMetadata()
                .withLabels(TaskLabels.ofJob(task, settings))
                .endMetadata()
                .withSpec(policy.told(job(task, settings)))
                .endJobTemplate()
                .endSpec()
                .build();
        return CronJobDrift.stamped(cronJob);
    }

    public static int succeededToKeep(CrmScheduledTask task) {
        History history = task.getSpec().history();
        Integer succeeded = history == null ? null : history.succeeded();
        return succeeded == null ? KEEP_SUCCEEDED : succeeded;
    }

    public static int failedToKeep(CrmScheduledTask task) {
        History history = task.getSpec().history();
        Integer failed = history == null ? null : history.failed();
        return failed == null ? KEEP_FAILED : failed;
    }

    /** Also a CronJob that {@code kubectl delete --cascade=orphan} left of an earlier task of this name. */
    public static boolean owns(CrmScheduledTask task, CronJob cronJob) {
        List<OwnerReference> owners = cronJob.getMetadata().getOwnerReferences();
        return owners.isEmpty()
                ? TaskLabels.isOf(task, cronJob)
                : owners.stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                                && task.getMetadata().getUid().equals(owner.getUid()));
    }

    static OwnerReference owner(CrmScheduledTask task) {
        return new OwnerReferenceBuilder()
                .withApiVersion(CrmScheduledTask.GROUP + "/" + CrmScheduledTask.VERSION)
                .withKind("CrmScheduledTask")
                .withName(task.getMetadata().getName())
                .withUid(task.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    static JobSpec job(CrmScheduledTask task, RunnerSettings settings) {
        Retry retry = task.getSpec().retry();
        Integer limit = retry == null ? null : retry.limit();
        long timeout = DurationText.parse(PodTemplate.timeout(task)).toSeconds();
        int tries = limit == null ? DEFAULT_RETRIES : limit;
        int shards = shards(task);
        boolean sharded = shards > 1;
        return new JobSpecBuilder()
                // Said though they are defaults: what is not said would not be repaired when somebody changes it.
                .withSuspend(false)
                .withCompletionMode(sharded ? "Indexed" : "NonIndexed")
                .withParallelism(shards)
                .withCompletions(shards)
                // Each shard has its own tries, so that one which fails leaves the others alone.
                .withBackoffLimitPerIndex(sharded ? tries : null)
                .withBackoffLimit(sharded ? Integer.MAX_VALUE : tries)
                .withActiveDeadlineSeconds(timeout + GRACE_SECONDS)
                // A pod that is still ending may hold the task's lock; its successor waits for it.
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(failurePolicy(sharded))
                // No ttlSecondsAfterFinished: the history limits above decide what is kept.
                .withTemplate(PodTemplate.of(task, settings))
                .build();
    }

    static int shards(CrmScheduledTask task) {
        Integer shards = task.getSpec().shards();
        return shards == null ? 1 : shards;
    }

    static PodFailurePolicy failurePolicy(boolean sharded) {
        Integer[] permanent = Arrays.stream(RunnerExit.values())
                .filter(RunnerExit::permanent)
                .map(RunnerExit::code)
                .toArray(Integer[]::new);
        return new PodFailurePolicyBuilder()
                // A drained node is not the task's fault and does not use up its tries.
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
