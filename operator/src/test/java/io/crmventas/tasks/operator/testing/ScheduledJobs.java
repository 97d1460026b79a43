package io.crmventas.tasks.operator.testing;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Reads the Jobs that Kubernetes' CronJob controller creates, and makes CronJobs due. */
public final class ScheduledJobs {
    private static final long PATIENCE_SECONDS = 90;

    private final OperatorHarness crm;
    private final AtomicInteger numbers = new AtomicInteger();

    public ScheduledJobs(OperatorHarness crm) {
        this.crm = crm;
    }

    public List<Job> list(String cronJob) {
        return crm.client().batch().v1().jobs().inNamespace(crm.namespace()).list().getItems().stream()
                .filter(job -> owned(job, cronJob))
                .toList();
    }

    public Job awaitOne(String cronJob) {
        return await(cronJob, job -> true);
    }

    public Job await(String cronJob, Predicate<Job> wanted) {
        Predicate<Job> ours = job -> owned(job, cronJob) && wanted.test(job);
        crm.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(crm.namespace())
                .informOnCondition(all -> all.stream().anyMatch(ours))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        return list(cronJob).stream().filter(wanted).findFirst().orElseThrow();
    }

    public Instant scheduledTime(Job job) {
        return OffsetDateTime.parse(job.getMetadata().getAnnotations().get(FakeCluster.SCHEDULED_TIME))
                .toInstant();
    }

    /** Changes the CronJob's last schedule time to an earlier time. */
    public void backdate(String cronJob, Instant last) {
        crm.cronJob(cronJob)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"lastScheduleTime\":\"" + last.truncatedTo(ChronoUnit.SECONDS) + "\"}}");
    }

    public void touch(String cronJob) {
        crm.cronJob(cronJob)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"example.com/touched\":\"yes\"}}}");
    }

    /** Creates a CronJob that does not belong to a task. @return its name */
    public String foreignCronJob(String schedule) {
        String name = "foreign-" + numbers.incrementAndGet();
        crm.client()
                .resource(new CronJobBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(crm.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withSchedule(schedule)
                        .withNewJobTemplate()
                        .withNewSpec()
                        .withNewTemplate()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("runner")
                        .withImage("x")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .endJobTemplate()
                        .endSpec()
                        .build())
                .create();
        return name;
    }

    private static boolean owned(Job job, String cronJob) {
        return job.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getName)
                .anyMatch(cronJob::equals);
    }
}
