package io.crmventas.tasks.operator.preflight;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Checked;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Unchecked;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.TaskEvent;
import io.crmventas.tasks.operator.status.TaskEvent.Kind;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreflightStatusTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final PreflightPlan RUNNING = plan(null, null, null, null);
    private static final PreflightPlan PASSED = plan("Succeeded", null, null, "Succeeded");
    private static final PreflightPlan FAILED = plan("Failed", "SchemaMismatch", "Table leads is missing", "Failed");

    @Test
    void aTaskIsNotReadyBeforeItsPreflightPasses() {
        CrmScheduledTaskStatus status = next(RUNNING, EMPTY, NOON);
        assertTrue(condition("Ready", "False").test(status));
        assertEquals("PreflightPending", reason(status, "Ready"));
        assertTrue(condition("Preflight", "Unknown").test(status));
        assertEquals("PreflightRunning", reason(status, "Preflight"));
        assertTrue(condition("Suspended", "True").test(status));
        assertNull(status.nextRunTime());
    }

    @Test
    void aFailedPreflightShowsItsRemedyInBothConditions() {
        CrmScheduledTaskStatus status = next(FAILED, EMPTY, NOON);
        String expected =
                "Job cleanup-check-aa: Table leads is missing. Migrate the CRM's database: the message names what"
                        + " is missing. While the task is enabled, the preflight repeats by itself at 2026-11-23T12:00:30Z, and at once after a successful run or dry run.";
        assertEquals(expected, message(status, "Preflight"));
        assertEquals("SchemaMismatch", reason(status, "Preflight"));
        assertTrue(condition("Preflight", "False").test(status));
        assertEquals(expected, message(status, "Ready"));
        assertEquals("PreflightFailed", reason(status, "Ready"));
    }

    @Test
    void aPassedPreflightMakesTheTaskReadyAndShowsTheWarnings() {
        CrmScheduledTaskStatus status =
                next(plan("Succeeded", null, "Index leads(tenant_id) is missing.", "Succeeded"), EMPTY, NOON);
        assertTrue(condition("Ready", "True").test(status));
        assertTrue(condition("Preflight", "True").test(status));
        assertTrue(message(status, "Preflight").endsWith("Worth a look: Index leads(tenant_id) is missing."));
    }

    @Test
    void aTaskWithoutPreflightIsReadyAndNotSuspended() {
        CrmScheduledTaskStatus status = next(new Unchecked(Reason.NOT_CHECKED, "Off."), EMPTY, NOON);
        assertTrue(condition("Preflight", "Unknown").test(status));
        assertEquals("NotChecked", reason(status, "Preflight"));
        assertTrue(condition("Ready", "True").test(status));
        assertTrue(condition("Suspended", "False").test(status));
        assertNull(status.preflight());
    }

    @Test
    void theStatusStaysTheSameWhileNothingHappens() {
        for (PreflightPlan plan : List.of(RUNNING, PASSED, FAILED)) {
            CrmScheduledTaskStatus status = next(plan, EMPTY, NOON);
            assertEquals(status, next(plan, status, NOON.plusSeconds(60)));
        }
    }

    @Test
    void aNewTaskReportsAFailedPreflightAndNoPassedOne() {
        CrmScheduledTaskStatus running = next(RUNNING, EMPTY, NOON);
        assertEquals(List.of(), events(EMPTY, running));
        CrmScheduledTaskStatus passed = next(PASSED, running, NOON);
        assertEquals(List.of(Kind.CRON_JOB_CREATED), events(running, passed));
        CrmScheduledTaskStatus failed = next(FAILED, running, NOON);
        assertEquals(List.of(Kind.PREFLIGHT_FAILED), events(running, failed));
        assertEquals(List.of(Kind.CRON_JOB_CREATED, Kind.PREFLIGHT_PASSED), events(failed, next(PASSED, failed, NOON)));
    }

    private static List<Kind> events(CrmScheduledTaskStatus before, CrmScheduledTaskStatus after) {
        return TaskEvent.between(before, after).stream().map(TaskEvent::kind).toList();
    }

    private static CrmScheduledTaskStatus next(PreflightPlan plan, CrmScheduledTaskStatus previous, Instant now) {
        InPlace cronJob = new InPlace(
                "cleanup",
                "*/5 * * * *",
                "Etc/UTC",
                plan.suspension(),
                Optional.empty(),
                Optional.of(NOON.plusSeconds(300)),
                Optional.empty());
        return TestStatus.factory(
                        TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}"), cronJob, List.of(), previous, now)
                .preflight(plan.finding(previous))
                .build()
                .create();
    }

    private static PreflightPlan plan(
            @Nullable String result, @Nullable String reason, @Nullable String message, @Nullable String verdict) {
        return new Checked(
                new Preflight(
                        "cleanup-check-aa", "aa", result, reason, message, result == null ? null : NOON, 1, verdict),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
