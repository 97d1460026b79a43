package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.identity;
import static io.crmventas.tasks.operator.status.TestRuns.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Leftover;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusFactoryTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123Z");
    private static final Instant LATER = Instant.parse("2026-11-23T13:00:00.456Z");
    private static final CronJobState SCHEDULED = TestStatus.inPlace(Suspension.NONE);

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @BeforeEach
    void createTheTaskNow() {
        task.getMetadata().setCreationTimestamp("2026-11-23T12:00:00Z");
    }

    @Test
    void aNewTaskIsReadyWithItsObservedGeneration() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY);
        assertEquals(1L, status.observedGeneration());
        assertEquals(
                List.of(
                        "Ready=True",
                        "Suspended=False",
                        "Running=False",
                        "LastRunSucceeded=Unknown",
                        "Fresh=True",
                        "Preflight=Unknown"),
                conditions(status));
        assertTrue(status.conditions().stream()
                .allMatch(condition -> condition.lastTransitionTime().equals(Instant.parse("2026-11-23T12:00:00Z"))));
        assertEquals("2026-11-23T12:05:00Z", status.nextRunTime());
        assertEquals(0, status.consecutiveFailures());
        assertNull(status.lastRun());
    }

    @Test
    void showsTheNextRunInTheZoneOfTheSchedule() {
        CronJobState eight = new InPlace(
                "cleanup",
                "0 8 * * *",
                "America/Argentina/Buenos_Aires",
                Suspension.NONE,
                Optional.empty(),
                Optional.of(Instant.parse("2026-11-24T11:00:00Z")),
                Optional.empty());
        assertEquals("2026-11-24T08:00:00-03:00", next(eight, EMPTY).nextRunTime());
    }

    @Test
    void theStatusStaysTheSameWhileNothingHappens() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.FAILED), running("b"));
        assertEquals(
                status,
                TestStatus.next(
                        task,
                        SCHEDULED,
                        List.of(ended("a", 1, RunResult.FAILED), running("b")),
                        status,
                        NOON.plusSeconds(60)));
    }

    /** A Job and its pod can be deleted together, and then their watches disagree for a moment. */
    @Test
    void aRunThatHasEndedIsNotActiveAgain() {
        CrmScheduledTaskStatus ended = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.SUCCEEDED));
        Running unsettled =
                new Running(identity("a", Trigger.SCHEDULED), Optional.empty(), true, true, Optional.empty());
        assertEquals(ended, next(SCHEDULED, ended, unsettled));
        CrmScheduledTaskStatus next = next(SCHEDULED, ended, unsettled, running("b"));
        assertEquals(List.of("b"), next.active());
    }

    @Test
    void theTimeOfAConditionChangesOnlyWithItsStatus() {
        CrmScheduledTaskStatus first = next(SCHEDULED, EMPTY);
        task.getMetadata().setGeneration(2L);
        CrmScheduledTaskStatus second =
                TestStatus.next(task, TestStatus.inPlace(Suspension.DISABLED), List.of(), first, LATER);
        assertEquals(
                Instant.parse("2026-11-23T12:00:00Z"),
                condition(second, "Ready").lastTransitionTime());
        assertEquals(2L, condition(second, "Ready").observedGeneration());
        assertEquals(
                Instant.parse("2026-11-23T13:00:00Z"),
                condition(second, "Suspended").lastTransitionTime());
        assertNull(second.nextRunTime(), "nothing is due while suspended");
    }

    @Test
    void aDisabledTaskShowsWhyItsLastRunFailed() {
        CronJobState disabled = TestStatus.inPlace(Suspension.DISABLED);
        CrmScheduledTaskStatus failed = next(disabled, EMPTY, ended("a", 1, RunResult.FAILED));
        assertEquals(TaskState.DISABLED, failed.state());
        assertEquals("DatabaseUnavailable", failed.stateReason());
        CrmScheduledTaskStatus succeeded = next(disabled, failed, ended("b", 2, RunResult.SUCCEEDED));
        assertEquals("Disabled", succeeded.stateReason());
    }

    @Test
    void aSkippedRunKeepsTheResultOfTheRunBefore() {
        CrmScheduledTaskStatus failed = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus skipped = next(SCHEDULED, failed, ended("b", 2, RunResult.SKIPPED_LOCKED));
        assertEquals("SkippedLocked", skipped.lastRun().result());
        assertNull(skipped.lastRun().remedy());
        assertEquals(condition(failed, "LastRunSucceeded"), condition(skipped, "LastRunSucceeded"));
        assertEquals(1, skipped.consecutiveFailures());
    }

    @Test
    void showsAFailureWithItsRemedy() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.FAILED));
        assertEquals("DatabaseUnavailable", status.lastRun().reason());
        assertTrue(status.lastRun().remedy().startsWith("Check that the database answers"));
        assertEquals(
                "Job a: Failed. No answer. " + status.lastRun().remedy(),
                condition(status, "LastRunSucceeded").message());
        assertEquals("True", condition(status, "Ready").status(), "a failed run does not make a task unready");
    }

    @Test
    void showsTheProblemOfAnActiveRun() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, withImageProblem("ErrImagePull: no such image"));
        assertEquals(List.of("a"), status.active());
        assertEquals("ImagePullFailed", condition(status, "Running").reason());
        assertTrue(condition(status, "Running").message().contains("no such image. Correct runner.image"));
    }

    @Test
    void keepsTheFirstTextOfAProblemThatKubernetesReportsInTwoTexts() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, withImageProblem("ErrImagePull: no such image"));
        assertEquals(status, next(SCHEDULED, status, withImageProblem("ImagePullBackOff: Back-off pulling image")));
        assertEquals(
                "The container waits: ErrImagePull: no such image, by an Event",
                detail(next(SCHEDULED, status, withImageProblem("ErrImagePull: no such image, by an Event"))));
        assertEquals(
                "The container waits: of another run",
                detail(next(SCHEDULED, status, withImageProblem("b", "of another run"))));
        CrmScheduledTaskStatus missing = next(SCHEDULED, EMPTY, withoutPod("no pod"));
        assertEquals("exceeded quota: crm", detail(next(SCHEDULED, missing, withoutPod("exceeded quota: crm"))));
    }

    private static String detail(CrmScheduledTaskStatus status) {
        return status.heldRun().detail();
    }

    @Test
    void isNotReadyWhileKubernetesRefusesTheJobOfARun() {
        CronJobState refused = new InPlace(
                "cleanup",
                "*/5 * * * *",
                "Etc/UTC",
                Suspension.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new RunProblem(Reason.JOB_REJECTED, "Error creating job: exceeded quota: crm")));
        CrmScheduledTaskStatus status = next(refused, EMPTY);
        assertEquals("False JobRejected", ready(status));
        assertTrue(condition(status, "Ready").message().contains("exceeded quota: crm. Correct what"));
        assertEquals("True Scheduled", ready(next(SCHEDULED, status)));
    }

    @Test
    void isNotReadyWhileKubernetesRefusesThePodsOfRuns() {
        CrmScheduledTaskStatus waiting = next(SCHEDULED, EMPTY, withoutPod("exceeded quota: crm"));
        assertEquals("False NoPod", ready(waiting));
        CrmScheduledTaskStatus ended = next(
                SCHEDULED,
                waiting,
                Finished.unreported(
                        identity("a", Trigger.SCHEDULED),
                        NOON,
                        0,
                        new RunProblem(Reason.NO_POD, "No pod was created.")));
        assertEquals("False NoPod", ready(ended));
        assertEquals("exceeded quota: crm", ended.lastRun().message());
        assertEquals(
                "Failed NoPod", ended.lastRun().result() + " " + ended.lastRun().reason());
        assertEquals("True Scheduled", ready(next(SCHEDULED, ended, TestRuns.running("b"))));
    }

    /** A queue admits Jobs by its own rules, so the wait is no fault. A run that waits past its deadline is one. */
    @Test
    void waitsWhileAQueueHoldsTheRun() {
        RunProblem suspended = new RunProblem(Reason.QUEUED, "The Job is suspended.");
        Running queued =
                new Running(identity("a", Trigger.SCHEDULED), Optional.of(suspended), false, false, Optional.empty());
        CrmScheduledTaskStatus waiting = next(SCHEDULED, EMPTY, queued);
        assertEquals(TaskState.WAITING, waiting.state());
        assertEquals("Queued", waiting.stateReason());
        assertEquals("True Scheduled", ready(waiting));
    }

    /** The CronJob controller waits for the end of a scheduled Job, also when its node is lost. */
    @Test
    void isNotReadyWhileARunThatDoesNotEndHoldsTheScheduleBack() {
        ObservedRun scheduled = notEnded("a", Trigger.SCHEDULED);
        CrmScheduledTaskStatus held = next(SCHEDULED, EMPTY, scheduled);
        assertEquals("False NotEnded", ready(held));
        assertEquals(TaskState.STALLED, held.state());
        assertTrue(
                condition(held, "Ready").message().startsWith("Kubernetes starts no scheduled run before Job a ends."));
        CrmScheduledTaskStatus later = next(SCHEDULED, held, scheduled, ended("m", 2, RunResult.SUCCEEDED));
        assertEquals("False NotEnded", ready(later), "another run that ends changes nothing");
        assertEquals("True Scheduled", ready(next(SCHEDULED, later)), "the Job is deleted");
        assertEquals("True Scheduled", ready(next(SCHEDULED, EMPTY, notEnded("m", Trigger.MANUAL))));
        assertEquals("True Scheduled", ready(next(TestStatus.inPlace(Suspension.DISABLED), EMPTY, scheduled)));
        CrmScheduledTask replacing = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, overlap: Replace}");
        assertEquals("True Scheduled", ready(TestStatus.next(replacing, SCHEDULED, List.of(scheduled), EMPTY, NOON)));
    }

    private static ObservedRun notEnded(String job, Trigger trigger) {
        return Finished.unreported(
                identity(job, trigger), TestRuns.at(1), 1, new RunProblem(Reason.NOT_ENDED, "Pod p has not ended."));
    }

    private static ObservedRun withoutPod(String detail) {
        return new Running(
                identity("a", Trigger.SCHEDULED),
                Optional.of(new RunProblem(Reason.NO_POD, detail)),
                false,
                false,
                Optional.empty());
    }

    private static String ready(CrmScheduledTaskStatus status) {
        return condition(status, "Ready").status() + " "
                + condition(status, "Ready").reason();
    }

    private static ObservedRun withImageProblem(String detail) {
        return withImageProblem("a", detail);
    }

    private static ObservedRun withImageProblem(String job, String detail) {
        return new Running(
                identity(job, Trigger.SCHEDULED),
                Optional.of(new RunProblem(Reason.IMAGE_PULL_FAILED, "The container waits: " + detail)),
                false,
                true,
                Optional.empty());
    }

    @Test
    void keepsTheProblemOfARunThatEndedWithoutAStart() {
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, withImageProblem("ErrImagePull: no such image"));
        CrmScheduledTaskStatus ended = next(
                SCHEDULED,
                status,
                Finished.unreported(
                        identity("a", Trigger.SCHEDULED),
                        NOON,
                        0,
                        new RunProblem(Reason.NOT_STARTED, "Never started.")));
        assertEquals("ImagePullFailed", ended.lastRun().reason());
        assertEquals(
                "The container waits: ErrImagePull: no such image",
                ended.lastRun().message());
        assertEquals("Failed", ended.lastRun().result());
    }

    @Test
    void showsAConflictWithItsRemedy() {
        Refused conflict = new Refused(Reason.NAME_CONFLICT, "A CronJob cleanup exists.", Optional.empty());
        CrmScheduledTaskStatus status = next(conflict, EMPTY);
        assertEquals(
                List.of(
                        "Ready=False",
                        "Stalled=True",
                        "Suspended=True",
                        "Running=False",
                        "LastRunSucceeded=Unknown",
                        "Fresh=True",
                        "Preflight=Unknown"),
                conditions(status));
        assertTrue(condition(status, "Ready").message().contains("Delete or rename that CronJob"));
        assertNull(status.cronJobName());
        assertNull(status.nextRunTime());
    }

    @Test
    void showsWhetherTheOldCronJobIsSuspended() {
        Leftover old = new Leftover("cleanup", false, Optional.of(NOON));
        CrmScheduledTaskStatus status = next(new Refused(Reason.CRON_JOB_REJECTED, "Quota.", Optional.of(old)), EMPTY);
        assertEquals("False", condition(status, "Suspended").status());
        assertEquals("cleanup", status.cronJobName());
        assertNull(status.lastScheduleTime(), "the operator has observed no run");
    }

    @Test
    void theLastScheduleTimeComesFromARunAndNeverGoesBack() {
        Instant scheduledTime = Instant.parse("2026-11-23T11:55:00Z");
        CrmScheduledTaskStatus status = next(
                SCHEDULED,
                EMPTY,
                new Running(
                        new RunIdentity("a", "a", Trigger.SCHEDULED, Optional.of(scheduledTime), Optional.empty()),
                        Optional.empty(),
                        false,
                        true,
                        Optional.empty()));
        assertEquals(Instant.parse("2026-11-23T11:55:00Z"), status.lastScheduleTime());
        assertEquals(
                Instant.parse("2026-11-23T11:55:00Z"), next(SCHEDULED, status).lastScheduleTime());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyEndWithoutReportHasAReasonAndARemedy(Reason reason) {
        CrmScheduledTaskStatus status = next(
                SCHEDULED,
                EMPTY,
                Finished.unreported(identity("a", Trigger.SCHEDULED), NOON, 1, new RunProblem(reason, "A cause.")));
        assertEquals(reason.text(), status.lastRun().reason());
        assertEquals(reason.remedyFor("a"), status.lastRun().remedy());
        assertTrue(List.of("Failed", "Unknown").contains(status.lastRun().result()));
    }

    private CrmScheduledTaskStatus next(CronJobState cronJob, CrmScheduledTaskStatus previous, ObservedRun... runs) {
        return TestStatus.next(task, cronJob, List.of(runs), previous, NOON);
    }

    private static List<String> conditions(CrmScheduledTaskStatus status) {
        return status.conditions().stream()
                .map(condition -> condition.type() + "=" + condition.status())
                .toList();
    }

    private static Condition condition(CrmScheduledTaskStatus status, String type) {
        return status.condition(type).orElseThrow();
    }
}
