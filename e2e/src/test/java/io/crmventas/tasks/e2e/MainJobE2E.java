package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of the four tasks: created, run, failed, fixed, deleted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobE2E {
    private static final List<String> TASKS =
            List.of("metrics-refresh", "notification-checks", "cleanup", "daily-reports");
    private static final Duration A_RUN = Duration.ofSeconds(90);

    private final Cluster cluster = new Cluster("crm-e2e");
    private final CrmDatabase database = new CrmDatabase(cluster);
    private final List<Long> reportMillis = new ArrayList<>();
    private int runs;

    @BeforeAll
    void install() {
        cluster.install();
    }

    @AfterAll
    void uninstall() {
        cluster.deleteNamespace();
        cluster.close();
    }

    @Test
    @Order(1)
    void everySampleBecomesACronJob() {
        // The tasks are disabled: a scheduled run during this test would do the work of the manual runs.
        String manifests = TASKS.stream()
                .map(task -> cluster.disabledAndSmall("crds/samples/" + task + ".yaml"))
                .collect(Collectors.joining("---\n"));
        Instant applied = Instant.now();
        cluster.apply(manifests);
        for (String task : TASKS) {
            cluster.awaitTask(task, Duration.ofSeconds(30), it -> Cluster.is(it, "Ready", "True"));
        }
        System.out.println("kubectl apply to four CronJobs and Ready, ms: "
                + Duration.between(applied, Instant.now()).toMillis());
        // The kernel kills a run of the tests below that needs more memory.
        assertEquals(
                Collections.nCopies(TASKS.size(), new Quantity(Cluster.SMALL)),
                cluster.client.batch().v1().cronjobs().inNamespace(cluster.namespace).list().getItems().stream()
                        .map(MainJobE2E::memoryLimit)
                        .toList());
    }

    @Test
    @Order(2)
    void metricsRefreshWritesARowForEverySeller() {
        Run run = runNow("metrics-refresh");
        assertEquals("Succeeded", run.result(), run::toString);
        assertEquals("Manual", run.trigger());
        assertEquals(
                database.number("select count(*) from users where status = 'active' and tenant_id is not null"
                        + " and role in ('setter', 'closer', 'professional', 'ceo')"),
                counts(run).get("metricsWritten"));
        assertTrue(database.number("select count(*) from seller_metrics where avg_response_time_seconds > 0"
                        + " and metrics_calculated_at > now() - interval '5 minutes'")
                > 0);
    }

    @Test
    @Order(3)
    void notificationChecksInsertsEachNotificationOnce() {
        long before = database.number("select count(*) from notifications");
        Run run = runNow("notification-checks");
        assertEquals("Succeeded", run.result(), run::toString);
        for (String kind : List.of("unanswered", "hotLead", "followUp", "performance")) {
            assertTrue(counts(run).getOrDefault(kind, 0L) > 0, () -> kind + " in " + run.counts());
        }
        assertEquals(notifications(run), database.number("select count(*) from notifications") - before);

        long between = database.number("select count(*) from notifications");
        Run again = runNow("notification-checks");
        assertEquals(notifications(again), database.number("select count(*) from notifications") - between);
        assertEquals(
                0,
                database.number("select count(*) from (select recipient_id, metadata->>'message_id' from notifications"
                        + " where type = 'unanswered' and id like 'unanswered:%'"
                        + " group by recipient_id, metadata->>'message_id', priority having count(*) > 1) twice"));
    }

    @Test
    @Order(4)
    void cleanupDeletesExpiredRows() {
        long before = database.number("select count(*) from notifications");
        cluster.kubectl("annotate", "crmtask", "cleanup", "crmventas.io/dry-run-requested=e2e");
        Run tried = cluster.awaitTask("cleanup", A_RUN, it -> it.getStatus().lastDryRun() != null)
                .getStatus()
                .lastDryRun();
        assertEquals(before, database.number("select count(*) from notifications"), "a dry run changes nothing");

        Run run = runNow("cleanup");
        assertEquals(tried.counts(), run.counts(), "the dry run had the same counts");
        assertEquals("Succeeded", run.result(), run::toString);
        assertTrue(counts(run).get("notificationsDeleted") > 0, run::toString);
        assertEquals(
                0, database.number("select count(*) from notifications where expires_at < now() - interval '1 h'"));
        assertEquals(
                0,
                database.number(
                        "select count(*) from seller_metrics where metrics_period_start < now() - interval '721 h'"));
    }

    @Test
    @Order(5)
    void dailyReportsReachEveryCeo() {
        Run run = runNow("daily-reports");
        assertEquals("Succeeded", run.result(), run::toString);
        assertEquals(
                database.number("select count(*) from notifications where id like 'daily_report_%'"),
                counts(run).get("reports"));
        assertEquals(
                database.number("select 3 * count(*) from users join tenants on tenants.id = users.tenant_id"
                        + " where role = 'ceo' and status = 'active'"),
                counts(run).get("reports"));
        assertEquals("NoWork", runNow("daily-reports").result());
    }

    @Test
    @Order(6)
    void threePodsShareOneRun() {
        edit("metrics-refresh", "{\"spec\":{\"shards\":3}}");
        awaitCompletions(3);
        Run run = runNow("metrics-refresh");
        assertEquals("Succeeded", run.result(), run::toString);
        assertEquals(3, run.attempts());
        assertEquals(
                database.number("select count(*) from users where status = 'active' and tenant_id is not null"
                        + " and role in ('setter', 'closer', 'professional', 'ceo')"),
                counts(run).get("metricsWritten"));
        edit("metrics-refresh", "{\"spec\":{\"shards\":1}}");
        awaitCompletions(1);
    }

    private void awaitCompletions(int shards) {
        cluster.client
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(cluster.namespace)
                .withName("metrics-refresh")
                .waitUntilCondition(
                        now -> now.getSpec().getJobTemplate().getSpec().getCompletions() == shards,
                        30,
                        TimeUnit.SECONDS);
    }

    @Test
    @Order(7)
    void unavailableDatabaseIsShownByKubectlGetUntilItAnswersAgain() {
        edit("cleanup", "{\"spec\":{\"retry\":{\"limit\":0}}}");
        routePostgres("nowhere");
        Run broken = runNow("cleanup");
        assertEquals("Failed", broken.result(), broken::toString);
        assertEquals("DatabaseUnavailable", broken.reason(), broken::toString);
        assertFalse(String.valueOf(broken.remedy()).isBlank());
        String line = cluster.kubectl("get", "crmtask", "cleanup", "-o", "wide");
        assertTrue(line.contains("Failed") && line.contains("DatabaseUnavailable"), line);
        assertFalse(cluster.kubectl("get", "crmtask", "cleanup", "-o", "yaml").contains("demo-only"), "no secret");
        cluster.awaitTask(
                "cleanup", A_RUN, it -> Cluster.is(it, "LastRunSucceeded", "False") && Cluster.is(it, "Ready", "True"));

        routePostgres("crm-postgres");
        Run fixed = runNow("cleanup");
        assertTrue(List.of("Succeeded", "NoWork").contains(fixed.result()), fixed::toString);
        cluster.awaitTask("cleanup", A_RUN, it -> Cluster.is(it, "LastRunSucceeded", "True"));
    }

    @Test
    @Order(8)
    void missingTableIsNamed() {
        rename("seller_metrics", "seller_metrics_away");
        Run run = runNow("metrics-refresh");
        rename("seller_metrics_away", "seller_metrics");
        assertEquals("Failed", run.result(), run::toString);
        assertTrue(String.valueOf(run.message()).contains("seller_metrics"), run::toString);
        assertEquals(1, run.attempts(), "a permanent fault is not repeated");
    }

    @Test
    @Order(9)
    void editedIntervalStartsScheduledRunsAndADisabledTaskStartsNone() {
        cluster.kubectl("apply", "-f", "crds/samples");
        for (String task : TASKS) {
            CrmScheduledTask enabled =
                    cluster.awaitTask(task, Duration.ofSeconds(30), it -> Cluster.is(it, "Suspended", "False"));
            assertNotNull(enabled.getStatus().nextRunTime(), task);
        }
        edit("cleanup", "{\"spec\":{\"interval\":\"1m\"}}");
        // The earlier run can have been a scheduled one too.
        cluster.awaitTask(
                "cleanup",
                Duration.ofSeconds(150),
                it -> "* * * * *".equals(it.getStatus().schedule())
                        && Cluster.lastRun(it) != null
                        && "Scheduled".equals(Cluster.lastRun(it).trigger()));
        edit("cleanup", "{\"spec\":{\"enabled\":false}}");
        CrmScheduledTask disabled =
                cluster.awaitTask("cleanup", Duration.ofSeconds(30), it -> Cluster.is(it, "Suspended", "True"));
        assertEquals(null, disabled.getStatus().nextRunTime());
        assertTrue(cluster.client
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(cluster.namespace)
                .withName("cleanup")
                .require()
                .getSpec()
                .getSuspend());
    }

    @Test
    @Order(10)
    void deletedTasksLeaveNoObjects() {
        System.out.println("pod's end to lastRun in status, ms (pods' ends are whole seconds): " + reportMillis);
        cluster.kubectl("delete", "crmtask", "--all");
        awaitNone(() -> cluster.kubectl("get", "cronjobs", "-o", "name"));
        String ours = "app.kubernetes.io/managed-by=crm-task-operator";
        awaitNone(() -> cluster.kubectl("get", "jobs,pods", "-l", ours, "-o", "name"));
        cluster.helm("uninstall", "crm-task-operator", "--wait");
        awaitNone(() -> cluster.kubectl(
                "get",
                "deployments,services,roles,rolebindings",
                "-l",
                "app.kubernetes.io/instance=crm-task-operator",
                "-o",
                "name"));
    }

    private Run runNow(String task) {
        String job = task + "-" + ++runs;
        cluster.kubectl("create", "job", job, "--from=cronjob/" + task);
        CrmScheduledTask reported = cluster.awaitTask(
                task,
                A_RUN,
                it -> Cluster.lastRun(it) != null
                        && job.equals(Cluster.lastRun(it).jobName()));
        reportMillis.add(Duration.between(podEnd(job), Instant.now()).toMillis());
        return Cluster.lastRun(reported);
    }

    private Instant podEnd(String job) {
        List<Pod> pods = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withLabel("batch.kubernetes.io/job-name", job)
                .list()
                .getItems();
        return Instant.parse(pods.getFirst()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .getFinishedAt());
    }

    private void edit(String task, String mergePatch) {
        cluster.tasks()
                .inNamespace(cluster.namespace)
                .withName(task)
                .patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
    }

    /** Without endpoints the Service refuses connections: the database is unavailable, but keeps its data. */
    private void routePostgres(String name) {
        cluster.client
                .services()
                .inNamespace(cluster.namespace)
                .withName("crm-postgres")
                .edit(service -> {
                    service.getSpec().getSelector().put("app.kubernetes.io/name", name);
                    return service;
                });
        boolean gone = "nowhere".equals(name);
        cluster.client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(cluster.namespace)
                .withLabel("kubernetes.io/service-name", "crm-postgres")
                .informOnCondition(slices -> gone
                        == slices.stream()
                                .allMatch(slice -> slice.getEndpoints() == null
                                        || slice.getEndpoints().isEmpty()))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private void rename(String from, String to) {
        database.execute("alter table " + from + " rename to " + to);
    }

    private static void awaitNone(Supplier<String> names) {
        Instant deadline = Instant.now().plusSeconds(120);
        String left = names.get();
        while (!left.isBlank() && !left.contains("No resources found")) {
            assertTrue(Instant.now().isBefore(deadline), "these are left: " + left);
            left = names.get();
        }
    }

    private static long notifications(Run run) {
        return List.of("unanswered", "hotLead", "followUp", "performance").stream()
                .mapToLong(kind -> counts(run).getOrDefault(kind, 0L))
                .sum();
    }

    private static Map<String, Long> counts(Run run) {
        return run.counts() == null ? Map.of() : run.counts();
    }

    private static Quantity memoryLimit(CronJob job) {
        return job.getSpec()
                .getJobTemplate()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .getLimits()
                .get("memory");
    }
}
