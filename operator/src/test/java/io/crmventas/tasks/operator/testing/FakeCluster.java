package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.RunResult;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the CronJob controller, the Job controller and the kubelet: it writes to the API server what they would
 * write.
 */
public final class FakeCluster {
    public static final String SCHEDULED_TIME = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final OperatorHarness crm;
    private final Clock clock;
    private final AtomicInteger numbers = new AtomicInteger();

    public FakeCluster(OperatorHarness crm) {
        this(crm, Clock.systemUTC());
    }

    /** @param clock the clock of the simulated controllers and kubelets */
    public FakeCluster(OperatorHarness crm, Clock clock) {
        this.crm = crm;
        this.clock = clock;
    }

    private KubernetesClient client() {
        return crm.client();
    }

    /** Creates the Job of a scheduled run and starts it, as the CronJob controller does. */
    public Job scheduledJob(String task) {
        return scheduledJob(
                task, 29_000_000 + numbers.incrementAndGet(), Instant.now().truncatedTo(ChronoUnit.MINUTES));
    }

    /** @param scheduledTime a whole minute, which the name of the Job contains */
    public Job scheduledJob(String task, Instant scheduledTime) {
        return scheduledJob(task, scheduledTime.getEpochSecond() / 60, scheduledTime);
    }

    private Job scheduledJob(String task, long number, Instant scheduledTime) {
        CronJob cronJob = crm.cronJob(task).get();
        Job job = new JobBuilder()
                .withNewMetadata()
                .withName(task + "-" + number)
                .withNamespace(crm.namespace())
                .withLabels(cronJob.getSpec().getJobTemplate().getMetadata().getLabels())
                .addToAnnotations(
                        SCHEDULED_TIME,
                        scheduledTime.atOffset(ZoneOffset.ofHours(1)).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("CronJob")
                .withName(task)
                .withUid(cronJob.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(cronJob.getSpec().getJobTemplate().getSpec())
                .build();
        return start(client().resource(job).create());
    }

    /** Starts a Job as the Job controller does. */
    public Job start(Job job) {
        return client().resource(job)
                .editStatus(now -> new JobBuilder(now)
                        .withNewStatus()
                        .withStartTime(now())
                        .withActive(1)
                        .endStatus()
                        .build());
    }

    public Pod pod(Job job) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(job.getMetadata().getName() + "-" + numbers.incrementAndGet())
                .withNamespace(crm.namespace())
                .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
                .addNewOwnerReference()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .build();
        return client().resource(pod).create();
    }

    public void endPod(Pod pod, int exitCode, String reason, @Nullable String message) {
        setState(
                pod,
                exitCode == 0 ? "Succeeded" : "Failed",
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .withReason(reason)
                        .withMessage(message)
                        .withStartedAt(now())
                        .withFinishedAt(now())
                        .endTerminated()
                        .build());
    }

    public void setWaiting(Pod pod, String reason, String message) {
        setState(
                pod,
                "Pending",
                new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .build());
    }

    public void evict(Pod pod) {
        client().resource(pod)
                .editStatus(now -> new PodBuilder(now)
                        .editOrNewStatus()
                        .withPhase("Failed")
                        .withReason("Evicted")
                        .withMessage("The node was low on resource: memory.")
                        .endStatus()
                        .build());
    }

    private void setState(Pod pod, String phase, ContainerState state) {
        client().resource(pod)
                .editStatus(now -> new PodBuilder(now)
                        .editOrNewStatus()
                        .withPhase(phase)
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("runner")
                                .withImage("x")
                                .withImageID("")
                                .withContainerID(state.getWaiting() == null ? "containerd://3f9a" : null)
                                .withReady(false)
                                .withRestartCount(0)
                                .withState(state)
                                .build())
                        .endStatus()
                        .build());
    }

    public void completeJob(Job job) {
        endJob(
                job,
                new JobStatusBuilder()
                        .withSucceeded(1)
                        .withCompletionTime(now())
                        .addNewCondition()
                        .withType("SuccessCriteriaMet")
                        .withStatus("True")
                        .withReason("CompletionsReached")
                        .endCondition()
                        .addNewCondition()
                        .withType("Complete")
                        .withStatus("True")
                        .withReason("CompletionsReached")
                        .withLastTransitionTime(now())
                        .endCondition());
    }

    public void failJob(Job job, String reason, String message) {
        endJob(
                job,
                new JobStatusBuilder()
                        .withFailed(1)
                        .addNewCondition()
                        .withType("FailureTarget")
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .endCondition()
                        .addNewCondition()
                        .withType("Failed")
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .withLastTransitionTime(now())
                        .endCondition());
    }

    private void endJob(Job job, JobStatusBuilder status) {
        client().resource(job)
                .editStatus(now -> new JobBuilder(now)
                        .withStatus(status.withStartTime(now.getStatus().getStartTime())
                                .build())
                        .build());
    }

    public static String report(RunResult result, @Nullable String reason, @Nullable String message) {
        return RunReportCodec.encode(RunReport.builder("cleanup", result)
                .reason(reason)
                .message(message)
                .step(result.failure() ? "connect" : null)
                .now("2026-11-23T09:05:01Z")
                .startTime("2026-11-23T09:05:01Z")
                .completionTime("2026-11-23T09:05:02.500Z")
                .attempts(1)
                .counts(result.success() ? Map.of("notificationsDeleted", 12L) : Map.of())
                .database(result.success() ? "connected" : "failed")
                .redis("disabled")
                .build());
    }

    /** Starts the Job of a preflight and ends it with this report. */
    public void endPreflight(Job job, String report) {
        Job running = start(job);
        boolean failed = report.contains("\"Failed\"");
        endPod(pod(running), failed ? 78 : 0, failed ? "Error" : "Completed", report);
        if (failed) {
            failJob(running, "PodFailurePolicy", "a message of Kubernetes");
        } else {
            completeJob(running);
        }
    }

    /** Kubernetes' times are whole seconds. */
    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
