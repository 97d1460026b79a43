package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A task that is restored from a backup or an export is a new object. It starts no run by itself. */
@ExtendWith(LocalApiServerExtension.class)
class RestoreIT {
    private static final String TASK = "cleanup";
    private static final String SPEC = "{task: cleanup, interval: 5m, pauseAfterFailures: 1}";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    /** {@code kubectl apply} of an export and most backup tools create the task with its annotations. */
    @Test
    void aRequestThatIsPresentAtCreationStartsNoRun() {
        restore();
        CrmScheduledTaskStatus status = crm.await(TASK, ready("True"));
        assertRefused(status, "old");
        crm.annotate(TASK, "crmventas.io/run-requested", "new");
        CrmScheduledTaskStatus asked = crm.await(TASK, now -> "new".equals(now.lastHandledRunRequest()));
        assertNull(handled(asked).reason());
        assertEquals(1, crm.jobs().size());
    }

    /** Velero restores the status with the option --restore-status. */
    @Test
    void aRestoredStatusStartsNoRun() {
        crm.close();
        restore();
        crm.task(TASK).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"observedGeneration": 1, "schedule": "*/5 * * * *", "timeZone": "Etc/UTC",
                        "conditions": [{"type": "Ready", "status": "True", "reason": "Scheduled", "message": "m",
                          "lastTransitionTime": "2026-01-05T10:00:00Z"}],
                        "active": ["cleanup-29390225"], "consecutiveFailures": 1,
                        "breaker": {"openedTime": "2026-01-05T10:00:00Z", "trialRuns": 0,
                          "nextTrialTime": "2026-01-05T11:00:00Z"},
                        "startsCountedUntil": "2026-01-05T10:00:00Z",
                        "lastScheduleTime": "2026-01-05T10:00:00Z"}}""");
        crm = crm.restarted();
        CrmScheduledTaskStatus status = crm.await(TASK, now -> "old".equals(now.lastHandledRunRequest()));
        assertRefused(status, "old");
        assertNull(status.breaker());
        assertNull(status.lastScheduleTime());
        assertNull(status.lastRun());
        assertTrue(status.counters() == null || status.counters().missed() == 0);
    }

    @Test
    void adoptsTheOrphanedCronJobOfAnEarlierTask() {
        crm.create(TASK, SPEC);
        crm.await(TASK, ready("True"));
        CronJob orphaned = crm.cronJob(TASK).get();
        crm.task(TASK).delete();
        eventually(true, () -> crm.task(TASK).get() == null);
        crm.cronJob(TASK).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"ownerReferences\":null}}");
        CrmScheduledTask again = crm.create(TASK, SPEC);
        crm.await(TASK, ready("True"));
        CronJob adopted = crm.cronJob(TASK).get();
        assertEquals(orphaned.getMetadata().getUid(), adopted.getMetadata().getUid());
        assertEquals(
                List.of(again.getMetadata().getUid()),
                adopted.getMetadata().getOwnerReferences().stream()
                        .map(owner -> owner.getUid())
                        .toList());
        assertEquals(0, crm.jobs().size());
    }

    private void restore() {
        CrmScheduledTask task = TestTasks.task(crm.namespace(), TASK, SPEC);
        task.getMetadata().setAnnotations(Map.of("crmventas.io/run-requested", "old"));
        crm.client().resource(task).create();
    }

    private void assertRefused(CrmScheduledTaskStatus status, String token) {
        assertEquals(token, status.lastHandledRunRequest());
        assertEquals("PresentAtCreation", handled(status).reason());
        assertEquals(0, crm.jobs().size());
    }

    private static HandledRequest handled(CrmScheduledTaskStatus status) {
        return status.runRequests().getFirst();
    }
}
