package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Kubernetes' own Job controller does not end some runs, because the node is lost or a container continues. The test
 * acts as the kubelet.
 */
class OverdueRunIT {
    private static final String TASK = "cleanup";
    private static final String NODE = "node-7";
    /** The deadline is one second, and the operator waits two minutes after it. */
    private static final Duration LONG_AFTER = Duration.ofMinutes(10);

    private static LocalApiServer server;

    private final SteppingClock clock = new SteppingClock(Instant.now());
    private OperatorHarness crm;
    private FakeCluster cluster;

    @BeforeAll
    static void startControllers() {
        server = LocalApiServer.start();
        server.startControllers("cronjob-controller,job-controller");
    }

    @AfterAll
    static void stopControllers() {
        server.close();
    }

    @BeforeEach
    void start() {
        crm = OperatorHarness.start(server, Map.of(), OperatorHarness.operatorClient(server), clock);
        cluster = new FakeCluster(crm);
        crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void aRunOnALostNodeIsUnknownUntilTheNodeReports() {
        Pod pod = startRun();
        crm.await(TASK, condition("Running", "True"));
        passDeadline(pod);

        CrmScheduledTaskStatus lost = awaitLastRunLongAfter();
        assertEquals("Unknown", lastRun(lost).result());
        assertEquals("NotEnded", lastRun(lost).reason());
        assertTrue(String.valueOf(lastRun(lost).message()).contains("on node " + NODE), lastRun(lost)::toString);
        assertTrue(condition("LastRunSucceeded", "Unknown").test(lost), lost::toString);
        assertTrue(condition("Running", "False").test(lost), "a run that is not active does not mute alerts");
        assertEquals(TaskState.STALLED, lost.state());
        assertEquals("NotEnded", reason(lost, "Ready"));

        cluster.endPod(live(pod), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        CrmScheduledTaskStatus known = crm.await(TASK, condition("LastRunSucceeded", "True"));
        assertEquals(1, Objects.requireNonNull(known.counters()).runs(), "one run, counted once");
        assertEquals("Scheduled", reason(known, "Ready"));
    }

    @Test
    void aRunWhoseJobAnotherControllerManagesIsUnknown() {
        var template = crm.cronJob(TASK).get().getSpec().getJobTemplate();
        crm.client()
                .resource(new JobBuilder()
                        .withNewMetadata()
                        .withName("elsewhere")
                        .withNamespace(crm.namespace())
                        .withLabels(template.getMetadata().getLabels())
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .editSpec()
                        .withManagedBy("kueue.x-k8s.io/multikueue")
                        .withActiveDeadlineSeconds(1L)
                        .endSpec()
                        .build())
                .create();
        crm.await(TASK, condition("Running", "True"));

        Run elsewhere = lastRun(awaitLastRunLongAfter());
        assertEquals("Unknown", elsewhere.result());
        assertEquals("NotEnded", elsewhere.reason());
        assertTrue(String.valueOf(elsewhere.message()).contains("kueue.x-k8s.io/multikueue"), elsewhere::toString);
    }

    @Test
    void namesASidecarThatDoesNotEnd() {
        Pod pod = startRun();
        cluster.endPod(live(pod), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        addRunningSidecar(pod);
        clock.advance(Duration.ofMinutes(1));
        touch();
        CrmScheduledTaskStatus kept =
                crm.await(TASK, status -> message(status, "Running").contains("istio-proxy"));
        assertEquals("NotEnded", reason(kept, "Running"));

        passDeadline(pod);
        assertEquals("Succeeded", lastRun(awaitLastRunLongAfter()).result(), "the runner itself has reported");
    }

    /** @return the running pod of a new scheduled run, bound to {@link #NODE} */
    private Pod startRun() {
        ScheduledJobs jobs = new ScheduledJobs(crm);
        jobs.backdate(TASK, Instant.now().minus(Duration.ofDays(731)));
        Job job = jobs.awaitOne(TASK);
        Pod pod = crm.client()
                .pods()
                .inNamespace(crm.namespace())
                .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
                .informOnCondition(pods -> !pods.isEmpty())
                .orTimeout(30, TimeUnit.SECONDS)
                .join()
                .getFirst();
        crm.client()
                .raw(
                        "/api/v1/namespaces/" + crm.namespace() + "/pods/"
                                + pod.getMetadata().getName() + "/binding",
                        "POST",
                        new BindingBuilder()
                                .withNewMetadata()
                                .withName(pod.getMetadata().getName())
                                .endMetadata()
                                .withNewTarget()
                                .withKind("Node")
                                .withName(NODE)
                                .endTarget()
                                .build());
        return crm.client()
                .resource(live(pod))
                .editStatus(now -> new PodBuilder(now)
                        .editOrNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
    }

    private void addRunningSidecar(Pod pod) {
        crm.client()
                .resource(live(pod))
                .editStatus(now -> new PodBuilder(now)
                        .editStatus()
                        .withPhase("Running")
                        .addToContainerStatuses(new ContainerStatusBuilder()
                                .withName("istio-proxy")
                                .withImage("x")
                                .withImageID("")
                                .withReady(true)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewRunning()
                                .endRunning()
                                .endState()
                                .build())
                        .endStatus()
                        .build());
    }

    /** Lets the deadline of the Job pass. The Job controller then deletes the pod and waits for the kubelet. */
    private void passDeadline(Pod pod) {
        crm.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(crm.namespace())
                .withName(pod.getMetadata().getLabels().get("batch.kubernetes.io/job-name"))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"activeDeadlineSeconds\":1}}");
        eventually(true, () -> live(pod).getMetadata().getDeletionTimestamp() != null);
        assertEquals(
                0,
                crm.jobs().getFirst().getStatus().getConditions().stream()
                        .filter(condition -> "Failed".equals(condition.getType()))
                        .count());
    }

    private CrmScheduledTaskStatus awaitLastRunLongAfter() {
        clock.advance(LONG_AFTER);
        touch();
        return crm.await(TASK, status -> status.lastRun() != null);
    }

    private Pod live(Pod pod) {
        return crm.client().resource(pod).get();
    }

    private void touch() {
        crm.annotate(TASK, "example.com/look", clock.instant().toString());
    }

    private static Run lastRun(CrmScheduledTaskStatus status) {
        return Objects.requireNonNull(status.lastRun());
    }
}
