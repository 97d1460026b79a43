package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.util.List;

public final class CronJobFactory {
    /** The replaced run has ten seconds to end, and releases its lock in that time. */
    private static final String WAIT_FOR_REPLACED = "15s";
    /** A queued run starts after the previous run. The database session of that run can live a moment longer. */
    private static final String WAIT_IN_QUEUE = "5s";

    private CronJobFactory() {}

    /** @param suspended whether Kubernetes starts no scheduled run */
    public static CronJob create(
            CrmScheduledTask task, CompiledSchedule compiled, boolean suspended, RunnerSettings settings) {
        Overlap overlap = task.getSpec().overlap();
        // RunOnce needs no deadline: after 100 missed times the controller only warns, and starts the latest run.
        Long deadline = task.getSpec().missedRuns() == MissedRuns.SKIP
                ? (Long) compiled.schedule().startDeadline().toSeconds()
                : null;
        // With @every, a deadline below the interval would start nothing, so the run checks its deadline itself.
        boolean runChecksDeadline = deadline != null && compiled.schedule() instanceof Schedule.Grid;
        JobSpec job = JobFactory.spec(task, settings);
        List<EnvVar> environment =
                job.getTemplate().getSpec().getContainers().getFirst().getEnv();
        if (runChecksDeadline) {
            environment.add(new EnvVar(RunnerEnvironment.START_DEADLINE, deadline + "s", null));
        }
        if (overlap != Overlap.SKIP) {
            String wait = overlap == Overlap.REPLACE ? WAIT_FOR_REPLACED : WAIT_IN_QUEUE;
            environment.add(new EnvVar(RunnerEnvironment.LOCK_WAIT, wait, null));
        }
        CronJob cronJob = new CronJobBuilder()
                .withNewMetadata()
                .withName(task.name())
                .withNamespace(task.namespace())
                .withLabels(TaskLabels.of(task))
                .withOwnerReferences(owner(task))
                .endMetadata()
                .withNewSpec()
                .withSchedule(compiled.cronJobSchedule())
                .withTimeZone(compiled.timeZone())
                .withSuspend(suspended)
                .withConcurrencyPolicy(overlap == Overlap.REPLACE ? "Replace" : "Forbid")
                .withStartingDeadlineSeconds(runChecksDeadline ? null : deadline)
                .withSuccessfulJobsHistoryLimit(
                        task.getSpec().historyOrDefault().succeeded())
                .withFailedJobsHistoryLimit(task.getSpec().historyOrDefault().failed())
                .withNewJobTemplate()
                .withNewMetadata()
                .withLabels(TaskLabels.ofJob(task, settings))
                .endMetadata()
                // The history limits decide which Jobs are kept, so the spec has no ttlSecondsAfterFinished.
                .withSpec(job)
                .endJobTemplate()
                .endSpec()
                .build();
        return CronJobDrift.stamped(cronJob);
    }

    /** A task owns the CronJob that {@code kubectl delete --cascade=orphan} left of an earlier task of this name. */
    public static boolean owns(CrmScheduledTask task, CronJob cronJob) {
        List<OwnerReference> owners = cronJob.getMetadata().getOwnerReferences();
        return owners.isEmpty()
                ? TaskLabels.isOf(task, cronJob)
                : owners.stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                                && task.uid().equals(owner.getUid()));
    }

    static OwnerReference owner(CrmScheduledTask task) {
        return new OwnerReferenceBuilder()
                .withApiVersion(CrmScheduledTask.GROUP + "/" + CrmScheduledTask.VERSION)
                .withKind("CrmScheduledTask")
                .withName(task.name())
                .withUid(task.uid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }
}
