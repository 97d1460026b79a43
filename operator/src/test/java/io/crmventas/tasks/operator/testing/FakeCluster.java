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

/** Writes what the Job controller and the kubelet would write, in their order, into a real API server. */
public final class FakeCluster {
    public static final String SLOT = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final OperatorHarness crm;
    private final Clock clock;
    private final AtomicInteger numbers = new AtomicInteger();

    public FakeCluster(OperatorHarness crm) {
        this(crm, Clock.systemUTC());
    }

    /** @param clock of its controllers and kubelets */
    public FakeCluster(OperatorHarness crm, Clock clock) {
        this.crm = crm;
        this.clock = clock;
    }

    private KubernetesClient client() {
        return crm.client();
    }

    /** As the CronJob controller starts a scheduled run. */
    public Job scheduledJob(String task) {
        return scheduledJob(
                task, 29_000_000 + numbers.incrementAndGet(), Instant.now().truncatedTo(ChronoUnit.MINUTES));
    }

    /** Of a whole minute, which its name holds. */
    public Job scheduledJob(String task, Instant slot) {
        return scheduledJob(task, slot.getEpochSecond() / 60, slot);
    }

    private Job scheduledJob(String task, long number, Instant slot) {
        CronJob cronJob = crm.cronJob(task).get();
        Job job = new JobBuilder()
                .withNewMetadata()
                .withName(task + "-" + number)
                .withNamespace(crm.namespace())
                .withLabels(cronJob.getSpec().getJobTemplate().getMetadata().getLabels())
                .addToAnnotations(
                        SLOT, slot.atOffset(ZoneOffset.ofHours(1)).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
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
        return started(client().resource(job).create());
    }

    /** Gives a Job the start that the Job controller would give it. */
    public Job started(Job job) {
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

    public void ends(Pod pod, int exitCode, String reason, @Nullable String message) {
        state(
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

    public void waits(Pod pod, String reason, String message) {
        state(
                pod,
                "Pending",
                new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .build());
    }

    public void evicted(Pod pod) {
        client().resource(pod)
                .editStatus(now -> new PodBuilder(now)
                        .editOrNewStatus()
                        .withPhase("Failed")
                        .withReason("Evicted")
                        .withMessage("The node was low on resource: memory.")
                        .endStatus()
                        .build());
    }

    private void state(Pod pod, String phase, ContainerState state) {
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

    public void completes(Job job) {
        end(
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

    public void fails(Job job, String reason, String message) {
        end(
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

    private void end(Job job, JobStatusBuilder status) {
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

    /** Runs a check of the operator's to its end, as a kubelet would. */
    public void checkEnds(Job job, String report) {
        Job running = started(job);
        boolean failed = report.contains("\"Failed\"");
        ends(pod(running), failed ? 78 : 0, failed ? "Error" : "Completed", report);
        if (failed) {
            fails(running, "PodFailurePolicy", "as Kubernetes says");
        } else {
            completes(running);
        }
    }

    /** Kubernetes' times are whole seconds. */
    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
