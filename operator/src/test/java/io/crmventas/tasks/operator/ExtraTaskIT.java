package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator runs tasks of the administrator's catalog, on a real API server. */
@ExtendWith(LocalApiServerExtension.class)
class ExtraTaskIT {
    private static final String TASK = "invoices";
    private static final Map<String, String> CATALOG = Map.of(
            "EXTRA_TASKS", "{\"send-invoices\":{\"image\":\"registry.example/invoices:1\",\"args\":[\"send\"]}}");

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, CATALOG);
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void runsTheImageAndArgumentsOfTheCatalogEntry() {
        crm.create(TASK, "{task: send-invoices, interval: 5m}");
        crm.await(TASK, ready("True"));
        Job job = new FakeCluster(crm).scheduledJob(TASK);
        var container = job.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertEquals("registry.example/invoices:1", container.getImage());
        assertEquals(List.of("send"), container.getArgs());
    }

    @Test
    void refusesAnUnknownNameAndListsTheKnownOnes() {
        crm.create(TASK, "{task: send-invoice, interval: 5m}");
        CrmScheduledTaskStatus status = crm.await(TASK, ready("False"));
        assertEquals("UnknownTask", reason(status, "Ready"));
        assertTrue(
                message(status, "Ready")
                        .contains(
                                "spec.task is send-invoice, which the operator does not have; it has notification-checks, "
                                        + "metrics-refresh, cleanup, daily-reports, send-invoices."),
                () -> message(status, "Ready"));
        assertTrue(condition("Suspended", "True").test(status));
        assertNull(crm.cronJob(TASK).get());
        request("run-me", false);
        assertEquals(List.of(), crm.jobs());
    }

    @Test
    void suspendsATaskWhileItsCatalogEntryIsMissing() {
        crm.create(TASK, "{task: send-invoices, interval: 5m}");
        crm.await(TASK, ready("True"));
        crm.close();
        crm = crm.restarted();
        crm.await(TASK, status -> reason(status, "Ready").equals("UnknownTask"));
        CronJob suspended = crm.awaitCronJob(TASK, now -> now.getSpec().getSuspend());
        assertEquals("registry.example/invoices:1", image(suspended), "the operator changes nothing else");
        crm.close();
        crm = crm.restarted(CATALOG);
        crm.await(TASK, ready("True"));
        crm.awaitCronJob(TASK, now -> !now.getSpec().getSuspend());
    }

    @Test
    void startsNoRunForADryRunRequest() {
        crm.create(TASK, "{task: send-invoices, interval: 5m}");
        crm.await(TASK, ready("True"));
        request("pretend", true);
        assertEquals(List.of(), crm.jobs());
        request("for-real", false);
        assertEquals(1, crm.jobs().size());
    }

    /**
     * The container of an extra task can write any report. The operator would retry for ever if the API server refused
     * the status.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0 | {"version":1,"task":"x","result":"Succeeded","counts":{"sent":2}}                  | Succeeded | Succeeded
            0 |                                                                                    | Unknown   | ReportMissing
            3 |                                                                                    | Failed    | Crashed
            0 | {"version":1,"task":"x","result":"Succ                                             | Unknown   | ReportMissing
            1 | Traceback (most recent call last)                                                  | Failed    | Crashed
            0 | {"version":1,"task":"x","result":"NoWork","warnings":[null],"counts":{"a":null}}   | NoWork    | NoWork
            0 | {"version":1,"task":"x","result":"NoWork","startTime":"-999999999-01-01T00:00:00Z","completionTime":"+999999999-01-01T00:00:00Z"} | NoWork | NoWork
            1 | {"version":1,"task":"x","result":"Succeeded","counts":{"sent":2}}                  | Failed    | ExitContradictsReport
            9 | {"version":1,"task":"x","result":"NoWork"}                                         | Failed    | ExitContradictsReport
            0 | {"version":1,"task":"x","result":"Succeeded","dryRun":true}                        | Failed    | DryRunNotRequested
            0 | {"version":1,"task":"x","result":"Failed","reason":"MailDown"}                     | Failed    | MailDown
            1 | {"version":1,"task":"x","result":"Failed","reason":"MailDown","message":"\\u0000"} | Failed    | MailDown
            """)
    void writesTheStatusForAnyReport(int exitCode, String report, String result, String reason) {
        FakeCluster cluster = new FakeCluster(crm);
        crm.create(TASK, "{task: send-invoices, interval: 5m}");
        crm.await(TASK, ready("True"));
        Job job = cluster.scheduledJob(TASK);
        cluster.endPod(cluster.pod(job), exitCode, exitCode == 0 ? "Completed" : "Error", report);
        if (exitCode == 0) {
            cluster.completeJob(job);
        } else {
            cluster.failJob(job, "BackoffLimitExceeded", "a message of Kubernetes");
        }
        var run = Objects.requireNonNull(
                crm.await(TASK, status -> status.lastRun() != null).lastRun());
        assertEquals(result + " " + reason, run.result() + " " + run.reason());
    }

    private void request(String token, boolean dryRun) {
        crm.task(TASK)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"crmventas.io/" + (dryRun ? "dry-" : "")
                                + "run-requested\":\"" + token + "\"}}}");
        crm.await(TASK, status -> token.equals(status.lastHandledRequest(dryRun)));
    }

    private static String image(CronJob cronJob) {
        return TestCronJobs.podSpec(cronJob).getContainers().getFirst().getImage();
    }
}
