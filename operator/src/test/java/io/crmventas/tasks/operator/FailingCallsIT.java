package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.FaultyProxy;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a failed API call, the operator still applies a pause to the CronJob and writes the results to the status. */
@ExtendWith(LocalApiServerExtension.class)
class FailingCallsIT {
    private static final String TASK = "cleanup";

    /** With code 0 the API server does not answer, for example while it waits for an admission webhook that hangs. */
    @ParameterizedTest
    @ValueSource(ints = {500, 0})
    void writesResultsAndAppliesAPauseWhileNoJobCanBeCreated(int code, LocalApiServer server) {
        try (FaultyProxy proxy = new FaultyProxy(server);
                KubernetesClient client = client(proxy);
                OperatorHarness crm = OperatorHarness.start(server, Map.of(), client, Clock.systemUTC())) {
            FakeCluster cluster = new FakeCluster(crm);
            crm.create(TASK, "{task: cleanup, interval: 8h}");
            crm.await(TASK, ready("True"));
            proxy.fail(code, call -> call.startsWith("POST ") && call.endsWith("/jobs"));
            crm.annotate(TASK, "crmventas.io/run-requested", "first");
            var failing = crm.await(TASK, condition("Reconciling", "True"));
            assertEquals("ApiError", reason(failing, "Reconciling"));
            assertTrue(
                    message(failing, "Reconciling").contains("create Job cleanup-"), message(failing, "Reconciling"));
            assertNull(failing.lastHandledRunRequest(), "the request stays open");

            Job job = cluster.scheduledJob(TASK);
            cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            cluster.completeJob(job);
            crm.await(TASK, now -> now.lastRun() != null);
            crm.annotate(TASK, "crmventas.io/paused", "true");
            crm.awaitCronJob(TASK, it -> Boolean.TRUE.equals(it.getSpec().getSuspend()));

            proxy.fail(call -> false);
            crm.annotate(TASK, "example.com/look", "again");
            crm.await(TASK, now -> "first".equals(now.lastHandledRunRequest()));
        }
    }

    /** An admission webhook can answer every write of a CronJob with a conflict, or not at all. */
    @ParameterizedTest
    @ValueSource(ints = {409, 0})
    void writesTheStatusAfterAFailedWriteOfTheCronJob(int code, LocalApiServer server) {
        try (FaultyProxy proxy = new FaultyProxy(server);
                KubernetesClient client = client(proxy);
                OperatorHarness crm = OperatorHarness.start(server, Map.of(), client, Clock.systemUTC())) {
            crm.create(TASK, "{task: cleanup, interval: 8h}");
            crm.await(TASK, ready("True"));
            proxy.fail(code, call -> call.startsWith("PATCH ") && call.contains("/cronjobs/"));
            crm.edit(TASK, "{task: cleanup, interval: 6h}");
            var failing = crm.await(TASK, status -> Objects.equals(status.observedGeneration(), 2L));
            assertEquals("ApiError", reason(failing, "Ready"));
            proxy.fail(call -> false);
            crm.annotate(TASK, "example.com/look", "again");
            crm.await(TASK, ready("True"));
        }
    }

    /** The cache can still hold a CronJob that another client has just deleted. */
    @Test
    void recreatesACronJobThatIsDeletedDuringAWrite(LocalApiServer server) {
        try (FaultyProxy proxy = new FaultyProxy(server);
                KubernetesClient client = client(proxy);
                OperatorHarness crm = OperatorHarness.start(server, Map.of(), client, Clock.systemUTC())) {
            crm.create(TASK, "{task: cleanup, schedule: '@every 8h'}");
            crm.await(TASK, ready("True"));
            String uid = crm.cronJob(TASK).get().getMetadata().getUid();
            AtomicBoolean deleted = new AtomicBoolean();
            proxy.fail(404, call -> {
                boolean first = call.startsWith("PATCH ")
                        && call.contains("/cronjobs/" + TASK)
                        && deleted.compareAndSet(false, true);
                if (first) {
                    crm.cronJob(TASK).delete();
                }
                return first;
            });
            crm.edit(TASK, "{task: cleanup, schedule: '@every 6h'}");
            crm.awaitCronJob(
                    TASK,
                    it -> !uid.equals(it.getMetadata().getUid())
                            && it.getSpec().getSchedule().startsWith("@every 6h"));
            crm.await(TASK, status -> Objects.equals(status.observedGeneration(), 2L));
            assertTrue(deleted.get());
            assertTrue(crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                    .noneMatch(event -> "CronJobRejected".equals(event.getReason())));
        }
    }

    /** A client notices only after minutes that a watch is silent because the network loses all packets. */
    @Test
    void doesNotCountAJobAsMissedThatASilentWatchDidNotReport(LocalApiServer server) {
        SteppingClock clock =
                new SteppingClock(Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)));
        try (FaultyProxy proxy = new FaultyProxy(server);
                KubernetesClient client = client(proxy);
                OperatorHarness crm = OperatorHarness.start(server, Map.of(), client, clock)) {
            crm.create(TASK, "{task: cleanup, schedule: '*/5 * * * *'}");
            crm.await(TASK, status -> status.startsCountedUntil() != null);
            proxy.silence(call -> call.contains("/jobs?") && call.contains("watch=true"));
            Instant first = clock.instant().plus(Duration.ofMinutes(5));
            new FakeCluster(crm).scheduledJob(TASK, first);
            clock.advance(Duration.ofMinutes(11));
            proxy.fail(call -> call.startsWith("GET ") && call.endsWith("/jobs"));
            crm.annotate(TASK, "example.com/look", "again");
            var failing = crm.await(TASK, condition("Reconciling", "True"));
            assertEquals(clock.instant().minus(Duration.ofMinutes(11)), failing.startsCountedUntil());
            proxy.fail(call -> false);
            crm.annotate(TASK, "example.com/look", "and again");
            var counted = crm.await(TASK, status -> first.equals(status.startsCountedUntil()));
            assertEquals(0, counted.counters() == null ? 0 : counted.counters().missed());
            assertEquals(List.of(), counted.active(), "the watch is still silent");
            proxy.silence(call -> false);
            crm.await(TASK, status -> first.equals(status.lastScheduleTime()));
        }
    }

    /** The CRD accepts integers of 64 bits, and any text as a time. */
    @Test
    void aForeignStatusOfOneTaskDoesNotAffectOtherTasks(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server)) {
            crm.create("bad", "{task: cleanup, interval: 8h}");
            crm.await("bad", ready("True"));
            server.kubectl(
                    "-n",
                    crm.namespace(),
                    "patch",
                    "crmtask",
                    "bad",
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    """
                    {"status": {"consecutiveFailures": 3000000000,
                      "lastRun": {"jobName": "x", "trigger": "Manual", "result": "Failed", "attempts": -3000000000},
                      "breaker": {"openedTime": "2026-01-05T10:00:00Z", "trialRuns": 9223372036854775807},
                      "preflight": {"jobName": "x", "specHash": "x", "attempts": 3000000000},
                      "startsCountedUntil": "yesterday", "lastScheduleTime": "",
                      "counters": {"runs": 9223372036854775807, "succeeded": 1, "failed": 1, "missed": 1,
                        "skipped": 1}}}""");
            crm.create(TASK, "{task: cleanup, interval: 8h}");
            crm.await(TASK, ready("True"));
            crm.edit("bad", "{task: cleanup, interval: 6h}");
            crm.await(
                    "bad",
                    status -> Objects.equals(status.observedGeneration(), 2L) && status.startsCountedUntil() != null);
        }
    }

    /** Another client can write a status without conditions and with invalid times. */
    @Test
    void schedulesATaskWhoseStatusHasNoConditions(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server)) {
            crm.create("bad", "{task: cleanup, interval: 8h}");
            crm.await("bad", ready("True"));
            server.kubectl(
                    "-n", crm.namespace(), "patch", "crmtask", "bad", "--subresource=status", "--type=json", "-p", """
                    [{"op": "replace", "path": "/status", "value": {"active": ["x"], "lastScheduleTime": "yesterday",
                      "startsCountedUntil": "today", "lastRun": {"jobName": "x", "trigger": "Manual", "result": "Failed",
                      "scheduledTime": "at noon", "completionTime": ""}}}]""");
            crm.edit("bad", "{task: cleanup, interval: 6h}");
            crm.await("bad", status -> Objects.equals(status.observedGeneration(), 2L) && status.nextRunTime() != null);
        }
    }

    /** This cluster has no CronJob controller, as while kube-controller-manager is down. */
    @Test
    void readyNamesTheStartThatIsOverdue(LocalApiServer server) {
        SteppingClock clock = new SteppingClock(Instant.now());
        KubernetesClient client = OperatorHarness.operatorClient(server);
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of(), client, clock)) {
            crm.create(TASK, "{task: cleanup, schedule: '0 0 1 1 *'}");
            crm.await(TASK, ready("True"));
            ScheduledJobs controller = new ScheduledJobs(crm);
            controller.backdate(TASK, Instant.now().minus(Duration.ofDays(731)));
            clock.advance(Duration.ofMinutes(5));
            crm.annotate(TASK, "example.com/look", "again");
            CrmScheduledTaskStatus status = crm.await(TASK, ready("False"));
            assertEquals("StartOverdue", reason(status, "Ready"));
            assertTrue(message(status, "Ready").contains("has not started the run of 20"), message(status, "Ready"));
            assertEquals(TaskState.STALLED, status.state());
            controller.backdate(TASK, Instant.now());
            crm.await(TASK, ready("True"));
        }
    }

    private static KubernetesClient client(FaultyProxy proxy) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(proxy.url())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
