package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A quota refuses the Jobs or the pods of Kubernetes' own controllers. The operator names the quota in the status. */
class QuotaIT {
    private static final String TASK = "cleanup";

    private LocalApiServer server;
    private OperatorHarness crm;
    private ScheduledJobs jobs;

    @BeforeEach
    void start() {
        server = LocalApiServer.start();
        server.startControllers("cronjob-controller,job-controller");
        // The operator looks for a reason when a pod is 60 s late. Its clock is 70 s ahead, so it looks at once.
        crm = OperatorHarness.start(
                server,
                Map.of(),
                OperatorHarness.operatorClient(server),
                Clock.offset(Clock.systemUTC(), Duration.ofSeconds(70)));
        jobs = new ScheduledJobs(crm);
        crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
        server.close();
    }

    @Test
    void readyNamesAQuotaThatAllowsNoJob() {
        ResourceQuota quota = createQuota("no-more-jobs", "count/jobs.batch");
        jobs.backdate(TASK, Instant.now().minus(Duration.ofDays(731)));
        awaitFailedCreate("CronJob");
        crm.annotate(TASK, "example.com/look", "again");
        CrmScheduledTaskStatus status = crm.await(TASK, ready("False"));
        assertEquals("JobRejected", reason(status, "Ready"));
        assertTrue(message(status, "Ready").contains("exceeded quota: no-more-jobs"), message(status, "Ready"));
        assertTrue(condition("Suspended", "False").test(status));
        crm.client().resource(quota).delete();
        jobs.touch(TASK);
        jobs.awaitOne(TASK);
        crm.await(TASK, ready("True"));
    }

    @Test
    void readyAndTheRunNameAQuotaThatAllowsNoPod() {
        ResourceQuota quota = createQuota("no-more-pods", "pods");
        jobs.backdate(TASK, Instant.now().minus(Duration.ofDays(731)));
        Job job = jobs.awaitOne(TASK);
        awaitFailedCreate("Job");
        crm.annotate(TASK, "example.com/look", "again");
        CrmScheduledTaskStatus waiting =
                crm.await(TASK, status -> message(status, "Running").contains("no-more-pods"));
        assertEquals("NoPod", reason(waiting, "Running"));
        assertEquals("NoPod", reason(waiting, "Ready"));
        assertTrue(message(waiting, "Ready").contains("exceeded quota: no-more-pods"), message(waiting, "Ready"));

        passDeadline(job);
        CrmScheduledTaskStatus ended = crm.await(TASK, status -> status.lastRun() != null);
        assertEquals("NoPod", Objects.requireNonNull(ended.lastRun()).reason());
        assertTrue(String.valueOf(ended.lastRun().message()).contains("exceeded quota: no-more-pods"));
        assertTrue(String.valueOf(ended.lastRun().remedy()).contains("quota"));
        assertEquals("NoPod", reason(ended, "Ready"), "no later run has shown that pods can be created");

        crm.client().resource(quota).delete();
        server.kubectl("-n", crm.namespace(), "create", "job", "by-hand", "--from=cronjob/" + TASK);
        crm.await(TASK, ready("True"));
    }

    /** The kubelet writes only into an Event why it cannot mount a volume that another client injected. */
    @Test
    void theRunNamesTheVolumeThatItsPodWaitsFor() {
        jobs.backdate(TASK, Instant.now().minus(Duration.ofDays(731)));
        jobs.awaitOne(TASK);
        eventually(
                1,
                () -> crm.client()
                        .pods()
                        .inNamespace(crm.namespace())
                        .list()
                        .getItems()
                        .size());
        Pod pod = crm.client()
                .pods()
                .inNamespace(crm.namespace())
                .list()
                .getItems()
                .getFirst();
        crm.client()
                .resource(pod)
                .editStatus(now -> new PodBuilder(now)
                        .editStatus()
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("True")
                        .withLastTransitionTime(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .endCondition()
                        .endStatus()
                        .build());
        CrmScheduledTaskStatus late =
                crm.await(TASK, status -> reason(status, "Running").equals("NotStarted"));
        assertEquals(TaskState.STALLED, late.state());
        crm.client()
                .v1()
                .events()
                .inNamespace(crm.namespace())
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withName("mount")
                        .endMetadata()
                        .withType("Warning")
                        .withReason("FailedMount")
                        .withMessage("configmap \"istio-ca-root-cert\" not found")
                        .withLastTimestamp(Instant.now().toString())
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withNamespace(crm.namespace())
                        .withName(pod.getMetadata().getName())
                        .endInvolvedObject()
                        .build())
                .create();
        crm.annotate(TASK, "example.com/look", "again");
        crm.await(TASK, status -> message(status, "Running").contains("istio-ca-root-cert"));
    }

    private void passDeadline(Job job) {
        crm.client()
                .resource(job)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"activeDeadlineSeconds\":1}}");
    }

    private void awaitFailedCreate(String kind) {
        eventually(
                true,
                () -> crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                        .anyMatch(event -> "FailedCreate".equals(event.getReason())
                                && kind.equals(event.getRegarding().getKind())));
    }

    /** Creates a quota that allows no object of this kind, with the status that the quota controller would write. */
    private ResourceQuota createQuota(String name, String resource) {
        ResourceQuota quota = crm.client()
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(crm.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addToHard(resource, new Quantity("0"))
                        .endSpec()
                        .build())
                .create();
        return crm.client()
                .resource(quota)
                .editStatus(now -> new ResourceQuotaBuilder(now)
                        .withNewStatus()
                        .addToHard(resource, new Quantity("0"))
                        .addToUsed(resource, new Quantity("0"))
                        .endStatus()
                        .build());
    }
}
