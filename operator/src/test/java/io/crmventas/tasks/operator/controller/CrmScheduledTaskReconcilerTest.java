package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.DefaultContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.Controller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One reconcile sends requests to the API server and returns when to reconcile again. The test calls the reconciler
 * itself. Each reconcile has new JOSDK caches, as after a start of the process.
 */
class CrmScheduledTaskReconcilerTest {
    private static final String CREATE_CRON_JOB = "POST /apis/batch/v1/namespaces/crm/cronjobs";
    private static final String LIST_JOBS = "GET /apis/batch/v1/namespaces/crm/jobs";
    private static final String CREATE_JOB = "POST /apis/batch/v1/namespaces/crm/jobs";
    private static final String PATCH_CRON_JOB = "PATCH /apis/batch/v1/namespaces/crm/cronjobs/cleanup";
    private static final String WRITE_STATUS =
            "PATCH /apis/crmventas.io/v1alpha1/namespaces/crm/crmscheduledtasks/cleanup/status";
    private static final String CREATE_EVENT = "POST /apis/events.k8s.io/v1/namespaces/crm/events";

    /** The mock server gives a created task the time of the machine, and a status before that time does not count. */
    private Clock clock;

    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new Answers(), false);
    private final Map<String, MockResponse> refusals = new HashMap<>();
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private KubernetesClient client;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "RUNNER_IMAGE", "localhost/crm/job-runner:test",
            "LEADER_ELECTION", "false",
            "PREFLIGHT", "false",
            "POD_NAMESPACE", "crm",
            "WATCH_NAMESPACES", "crm"));

    /**
     * Answers with the created objects. The watches report nothing, because a watch of fabric8's mock server can hang
     * when it ends while it reports.
     */
    private final class Answers extends KubernetesCrudDispatcher {
        /** The queue of the mock server can get a request after the client got its answer. */
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (!"GET".equals(request.getMethod())) {
                writes.add(request.getMethod() + " " + request.getPath().replaceAll("\\?.*", ""));
            }
            return super.dispatch(request);
        }

        /** The informers list Jobs by other labels, and no test refuses that. */
        @Override
        public MockResponse handleGet(String path) {
            boolean ofOneTask = path.contains("/jobs?") && !path.contains("managed-by");
            MockResponse refusal = ofOneTask ? refusals.remove(LIST_JOBS) : null;
            return refusal == null ? super.handleGet(path) : refusal;
        }

        @Override
        public MockResponse handleCreate(RecordedRequest request) {
            MockResponse refusal = refusals.remove(request.getPath());
            return refusal == null ? super.handleCreate(request) : refusal;
        }

        @Override
        public MockResponse handleWatch(String path) {
            return new MockResponse().withWebSocketUpgrade(new WebSocketListener() {
                @Override
                public void onClosing(WebSocket watch, int code, String reason) {
                    watch.close(code, reason);
                }
            });
        }
    }

    @BeforeEach
    void start() {
        server.init();
        // The client would retry a failed call, and the test would not see the failure.
        client = server.createClient(builder ->
                builder.editOrNewConfig().withRequestRetryBackoffLimit(0).endConfig());
    }

    @AfterEach
    void stop() {
        client.close();
        server.destroy();
    }

    @Test
    void createsACronJobThenAStatusThenAnEventForANewTask() throws Exception {
        create("{task: cleanup, interval: 5m}");
        UpdateControl<CrmScheduledTask> returned = reconcile();
        assertEquals(List.of(CREATE_CRON_JOB, WRITE_STATUS, CREATE_EVENT), writes());
        assertTrue(returned.isNoUpdate(), "the reconciler writes the status itself");
        assertEquals(TaskState.SCHEDULED, status().state());
        assertEquals("cleanup", status().cronJobName());
    }

    @Test
    void writesNothingForAnUnchangedTask() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        writes();
        assertTrue(reconcile().isNoUpdate());
        assertEquals(List.of(), writes());
    }

    /** The liveness probe fails when no reconcile ends for 15 minutes, so every reconcile must request the next one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{task: cleanup, interval: 5m}",
                "{task: cleanup, interval: 8h}",
                "{task: cleanup, schedule: '0 0 29 2 *'}",
                "{task: cleanup, interval: 8h, enabled: false}",
                "{task: cleanup, schedule: 'at noon'}",
                "{task: clean-up, interval: 5m}"
            })
    void requestsTheNextReconcileWithinFiveMinutes(String spec) throws Exception {
        create(spec);
        assertWithinFiveMinutes(reconcile());
        assertWithinFiveMinutes(reconcile());
    }

    @Test
    void aPauseOfAllTasksSuspendsTheCronJob() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        writes();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(PauseNotice.CONFIG_MAP)
                        .withNamespace("crm")
                        .endMetadata()
                        .addToData("paused", "true")
                        .addToData(
                                "until",
                                clock.instant().plus(Duration.ofHours(8)).toString())
                        .build())
                .create();
        writes();
        assertWithinFiveMinutes(reconcile());
        assertEquals(List.of(PATCH_CRON_JOB, WRITE_STATUS, CREATE_EVENT), writes());
        assertEquals(true, cronJob().getSpec().getSuspend());
        assertEquals(TaskState.PAUSED, status().state());
    }

    @Test
    void createsASuspendedCronJobBeforeThePreflight() throws Exception {
        settings.remove("PREFLIGHT");
        create("{task: cleanup, interval: 5m}");
        assertWithinFiveMinutes(reconcile());
        assertEquals(List.of(CREATE_CRON_JOB, CREATE_JOB, WRITE_STATUS), writes());
        assertEquals(true, cronJob().getSpec().getSuspend());
        assertEquals(TaskState.WAITING, status().state());
    }

    @Test
    void reportsAStartedRunWithOneWrite() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        startByHand(new JobStatusBuilder().withStartTime(ago(5)));
        assertWithinFiveMinutes(reconcile());
        assertEquals(List.of(WRITE_STATUS), writes());
        assertEquals(List.of("cleanup-by-hand"), status().active());
        assertEquals(TaskState.RUNNING, status().state());
    }

    @Test
    void reportsAFailedRunWithOneWriteAndAnEvent() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        startByHand(new JobStatusBuilder()
                .withStartTime(ago(60))
                .addNewCondition()
                .withType("Failed")
                .withStatus("True")
                .withReason("PodFailurePolicy")
                .withMessage("Container runner failed with exit code 78")
                .withLastTransitionTime(ago(30))
                .endCondition());
        assertWithinFiveMinutes(reconcile());
        assertEquals(List.of(WRITE_STATUS, CREATE_EVENT), writes());
        assertEquals("Crashed", status().lastRun().reason());
        assertEquals(TaskState.FAILING, status().state());
        assertEquals(1, status().counters().failed());
        reconcile();
        assertEquals(List.of(), writes(), "the operator counts the run once");
    }

    @Test
    void reportsARefusedCronJobInTheStatusWithoutAnException() throws Exception {
        create("{task: cleanup, interval: 5m}");
        answer("/apis/batch/v1/namespaces/crm/cronjobs", 403, "exceeded quota: no-cron-jobs");
        assertWithinFiveMinutes(reconcile());
        assertEquals(
                List.of(CREATE_CRON_JOB, WRITE_STATUS, CREATE_EVENT, CREATE_EVENT),
                writes(),
                "Events CronJobRejected and Suspended");
        assertEquals(TaskState.STALLED, status().state());
        assertTrue(
                status().conditions().getFirst().message().contains("exceeded quota: no-cron-jobs"),
                status()::toString);
    }

    /** The API server stores no status above its limit, and an admission webhook can write any text. */
    @Test
    void cutsALongAnswer() throws Exception {
        settings.remove("PREFLIGHT");
        create("{task: cleanup, interval: 5m}");
        answer("/apis/batch/v1/namespaces/crm/jobs", 403, "y".repeat(100_000));
        reconcile();
        String message = status().preflight().message();
        assertTrue(message.contains("yyy") && message.length() < 1_000, message);
    }

    /** The reconciler throws the error, so that JOSDK repeats the reconcile. */
    @Test
    void throwsTheErrorOfAFailedCallAfterTheStatusIsWritten() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        client.resource(task()).edit(task -> {
            task.getMetadata().setAnnotations(Map.of("crmventas.io/run-requested", "now"));
            return task;
        });
        writes();
        answer("/apis/batch/v1/namespaces/crm/jobs", 500, "the webhook does not answer");
        KubernetesClientException failed = assertThrows(KubernetesClientException.class, this::reconcile);
        assertEquals(500, failed.getCode());
        assertEquals(List.of(CREATE_JOB, WRITE_STATUS), writes());
        assertTrue(status().conditions().stream().anyMatch(it -> it.reason().equals("ApiError")), status()::toString);

        reconcile();
        assertEquals(List.of(CREATE_JOB, WRITE_STATUS, CREATE_EVENT), writes());
        assertTrue(status().conditions().stream().noneMatch(it -> it.reason().equals("ApiError")), status()::toString);
    }

    @Test
    void appliesAPauseAlthoughTheApiServerDoesNotListTheJobs() throws Exception {
        create("{task: cleanup, interval: 5m}");
        reconcile();
        startByHand(new JobStatusBuilder().withStartTime(ago(5)));
        reconcile();
        client.batch()
                .v1()
                .jobs()
                .inNamespace("crm")
                .withName("cleanup-by-hand")
                .delete();
        client.resource(task()).edit(task -> {
            task.getMetadata().setAnnotations(Map.of(PauseNotice.PAUSED, "true"));
            return task;
        });
        writes();
        answer(LIST_JOBS, 500, "etcd has no leader");
        KubernetesClientException failed = assertThrows(KubernetesClientException.class, this::reconcile);
        assertEquals(500, failed.getCode());
        assertEquals(List.of(PATCH_CRON_JOB, WRITE_STATUS, CREATE_EVENT), writes());
        assertEquals(TaskState.PAUSED, status().state());
        assertEquals(List.of("cleanup-by-hand"), status().active(), "its end is not known");

        reconcile();
        assertEquals(List.of(), status().active());
        assertEquals("JobDeleted", status().lastRun().reason());
    }

    private void create(String spec) throws InterruptedException {
        CrmScheduledTask task =
                client.resource(TestTasks.task("crm", "cleanup", spec)).create();
        clock = Clock.fixed(Instant.parse(task.getMetadata().getCreationTimestamp()), ZoneOffset.UTC);
        writes();
    }

    /** Creates a Job as {@code kubectl create job --from} does. */
    private void startByHand(JobStatusBuilder status) throws InterruptedException {
        JobTemplateSpec template = cronJob().getSpec().getJobTemplate();
        client.resource(new JobBuilder()
                        .withMetadata(template.getMetadata())
                        .editMetadata()
                        .withName("cleanup-by-hand")
                        .withNamespace("crm")
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .withStatus(status.build())
                        .build())
                .create();
        writes();
    }

    private String ago(int seconds) {
        return clock.instant().minusSeconds(seconds).toString();
    }

    private UpdateControl<CrmScheduledTask> reconcile() throws Exception {
        CrmScheduledTaskReconciler reconciler =
                new CrmScheduledTaskReconciler(client, OperatorConfig.from(settings), "operator-0", clock, List.of());
        Operator operator = new Operator(service -> service.withKubernetesClient(client));
        Controller<CrmScheduledTask> controller = (Controller<CrmScheduledTask>)
                operator.register(reconciler, configuration -> configuration.settingNamespaces(Set.of("crm")));
        controller.start(false);
        try {
            CrmScheduledTask task = task();
            return reconciler.reconcile(task, new DefaultContext<>(null, controller, task, false, false));
        } finally {
            controller.stop();
        }
    }

    private static void assertWithinFiveMinutes(UpdateControl<CrmScheduledTask> returned) {
        Duration delay = Duration.ofMillis(returned.getScheduleDelay().orElseThrow());
        assertTrue(delay.isPositive() && delay.toSeconds() <= 300, delay::toString);
    }

    /** Sets the answer to the next create call. */
    private void answer(String path, int code, String message) {
        refusals.put(
                path,
                new MockResponse()
                        .setResponseCode(code)
                        .setBody(Serialization.asJson(new StatusBuilder()
                                .withCode(code)
                                .withStatus("Failure")
                                .withMessage(message)
                                .build())));
    }

    /** Returns the writes since the last call of this method, in their order. */
    private List<String> writes() {
        List<String> since = List.copyOf(writes);
        writes.clear();
        return since;
    }

    private CrmScheduledTask task() {
        return client.resources(CrmScheduledTask.class)
                .inNamespace("crm")
                .withName("cleanup")
                .get();
    }

    private CrmScheduledTaskStatus status() {
        return task().reportedStatus();
    }

    private CronJob cronJob() {
        return client.batch()
                .v1()
                .cronjobs()
                .inNamespace("crm")
                .withName("cleanup")
                .get();
    }
}
