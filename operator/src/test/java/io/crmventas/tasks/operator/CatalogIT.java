package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A task names a database and a runner profile. The operator's configuration defines them. */
@ExtendWith(LocalApiServerExtension.class)
class CatalogIT {
    private static final String TASK = "cleanup";
    private static final Map<String, String> ENTRIES = Map.of(
            "DATABASES", "{\"reporting\": {\"secretName\": \"replica\"}}",
            "RUNNER_PROFILES", "{\"large\": {\"priorityClassName\": \"low\"}}");

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, ENTRIES);
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void refusesAnUnknownDatabaseAndListsTheKnownOnes() {
        assertRefused(
                "database: superuser", "UnknownDatabase", "it has default, reporting.", "databases in the operator's");
    }

    @Test
    void refusesAnUnknownProfileAndListsTheKnownOnes() {
        assertRefused(
                "runnerProfile: huge", "UnknownRunnerProfile", "it has default, large.", "runner.profiles in the");
    }

    @Test
    void aChangedEntryChangesTheCronJobs() {
        crm.create(TASK, "{task: cleanup, interval: 5m, database: reporting, runnerProfile: large}");
        crm.awaitCronJob(TASK, now -> "low".equals(priority(now)) && "replica".equals(secret(now)));
        crm.close();
        crm = crm.restarted(Map.of(
                "DATABASES", "{\"reporting\": {\"secretName\": \"replica-2\"}}",
                "RUNNER_PROFILES", "{\"large\": {\"labels\": {\"team\": \"crm\"}}}"));
        crm.awaitCronJob(TASK, now -> priority(now) == null && "replica-2".equals(secret(now)));
    }

    @Test
    void suspendsATaskWhileItsEntryIsMissing() {
        crm.create(TASK, "{task: cleanup, interval: 5m, runnerProfile: large}");
        crm.await(TASK, ready("True"));
        crm.close();
        crm = crm.restarted();
        crm.await(TASK, now -> reason(now, "Ready").equals("UnknownRunnerProfile"));
        CronJob suspended = crm.awaitCronJob(TASK, now -> now.getSpec().getSuspend());
        assertEquals("low", priority(suspended), "the operator changes nothing else");
        crm.close();
        crm = crm.restarted(ENTRIES);
        crm.await(TASK, ready("True"));
        crm.awaitCronJob(TASK, now -> !now.getSpec().getSuspend());
    }

    private void assertRefused(String field, String reason, String known, String helmKey) {
        crm.create(TASK, "{task: cleanup, interval: 5m, " + field + "}");
        CrmScheduledTaskStatus status = crm.await(TASK, ready("False"));
        assertEquals(reason, reason(status, "Ready"));
        String message = message(status, "Ready");
        assertTrue(message.contains(known), message);
        assertTrue(message.contains(helmKey), message);
        assertTrue(condition("Suspended", "True").test(status));
        assertTrue(condition("Stalled", "True").test(status));
        assertNull(crm.cronJob(TASK).get());
    }

    private static @Nullable String priority(CronJob cronJob) {
        return TestCronJobs.podSpec(cronJob).getPriorityClassName();
    }

    private static @Nullable String secret(CronJob cronJob) {
        return TestCronJobs.podSpec(cronJob).getVolumes().stream()
                .filter(volume -> volume.getName().equals("database"))
                .map(volume -> volume.getSecret().getSecretName())
                .findFirst()
                .orElse(null);
    }
}
