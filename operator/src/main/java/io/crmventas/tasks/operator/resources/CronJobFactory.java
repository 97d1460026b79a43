package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.History;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import java.util.List;

/** The one CronJob of a task. */
public final class CronJobFactory {
    private static final int KEEP_SUCCEEDED = 3;
    private static final int KEEP_FAILED = 1;

    private CronJobFactory() {}

    /**
     * @param schedule as a CronJob writes it
     * @param suspended whether Kubernetes starts no scheduled run
     */
    public static CronJob create(
            CrmScheduledTask task, String schedule, String timeZone, boolean suspended, RunnerSettings settings) {
        StartPolicy policy = StartPolicy.of(task.getSpec(), schedule, timeZone);
        CronJob cronJob = new CronJobBuilder()
                .withNewMetadata()
                .withName(task.getMetadata().getName())
                .withNamespace(task.getMetadata().getNamespace())
                .withLabels(TaskLabels.of(task))
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
                // The history limits decide which Jobs are kept, so the spec has no ttlSecondsAfterFinished.
                .withSpec(policy.addTo(JobFactory.spec(task, settings)))
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

    /** A CronJob that {@code kubectl delete --cascade=orphan} left of an earlier task of this name is the task's own. */
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
}
