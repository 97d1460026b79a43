package io.crmventas.tasks.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.Hindrance;
import io.crmventas.tasks.operator.observed.NoReport;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Reported;
import io.crmventas.tasks.operator.observed.ObservedRun.Running;
import io.crmventas.tasks.operator.observed.ObservedRun.Unreported;
import io.crmventas.tasks.operator.observed.RunIdentity;
import io.crmventas.tasks.operator.observed.RunIdentity.Trigger;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Leftover;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Placement.Suspension;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusFactoryTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123Z");
    private static final Instant LATER = Instant.parse("2026-11-23T13:00:00.456Z");
    private static final Placement SCHEDULED = placed(Suspension.NONE);

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void aNewTaskIsReadyAndSpeaksOfItsGeneration() {
        CrmScheduledTaskStatus status = next(SCHEDULED, null);
        assertEquals(1L, status.observedGeneration());
        assertEquals(
                List.of("Ready=True", "Suspended=False", "Running=False", "LastRunSucceeded=Unknown"),
                conditions(status));
        assertTrue(status.conditions().stream()
                .allMatch(condition -> condition.lastTransitionTime().equals("2026-11-23T12:00:00Z")));
        assertEquals("2026-11-23T12:05:00Z", status.nextRunTime());
        assertEquals(0, status.consecutiveFailures());
        assertNull(status.lastRun());
    }

    @Test
    void isItsOwnSuccessorWhenNothingHappened() {
        CrmScheduledTaskStatus status = next(SCHEDULED, null, ended("a", 1, RunResult.FAILED), running("b"));
        assertEquals(
                status,
                StatusFactory.next(
                        task, SCHEDULED, List.of(ended("a", 1, RunResult.FAILED), running("b")), status, LATER));
    }

    @Test
    void movesTheTimeOfAConditionOnlyWithItsStatus() {
        CrmScheduledTaskStatus first = next(SCHEDULED, null);
        task.getMetadata().setGeneration(2L);
        CrmScheduledTaskStatus second = StatusFactory.next(task, placed(Suspension.DISABLED), List.of(), first, LATER);
        assertEquals("2026-11-23T12:00:00Z", condition(second, "Ready").lastTransitionTime());
        assertEquals(2L, condition(second, "Ready").observedGeneration());
        assertEquals("2026-11-23T13:00:00Z", condition(second, "Suspended").lastTransitionTime());
        assertNull(second.nextRunTime(), "nothing is due while suspended");
    }

    @Test
    void countsEachFailureOnceAndInOrder() {
        CrmScheduledTaskStatus two =
                next(SCHEDULED, null, ended("b", 2, RunResult.FAILED), ended("a", 1, RunResult.PARTIAL));
        assertEquals(2, two.consecutiveFailures());
        assertEquals("b", two.lastRun().jobName());
        CrmScheduledTaskStatus again = next(
                SCHEDULED,
                two,
                ended("a", 1, RunResult.PARTIAL),
                ended("b", 2, RunResult.FAILED),
                ended("c", 3, RunResult.FAILED));
        assertEquals(3, again.consecutiveFailures());
        CrmScheduledTaskStatus mended = next(SCHEDULED, again, ended("d", 4, RunResult.NO_WORK));
        assertEquals(0, mended.consecutiveFailures());
        assertEquals("2026-11-23T11:00:03Z", mended.lastFailureTime());
        assertEquals("2026-11-23T11:00:04Z", mended.lastSuccessTime());
    }

    @Test
    void aFailureBeforeASuccessThatCameInTheSameBreathIsOver() {
        CrmScheduledTaskStatus status =
                next(SCHEDULED, null, ended("b", 2, RunResult.SUCCEEDED), ended("a", 1, RunResult.FAILED));
        assertEquals(0, status.consecutiveFailures());
        assertEquals("b", status.lastRun().jobName());
    }

    @Test
    void countsARunThatEndedEarlierThanOneWeHeardOfFirst() {
        CrmScheduledTaskStatus first = next(SCHEDULED, null, running("a"), manual("m", 5, RunResult.SUCCEEDED));
        CrmScheduledTaskStatus second =
                next(SCHEDULED, first, ended("a", 4, RunResult.FAILED), manual("m", 5, RunResult.SUCCEEDED));
        assertEquals(1, second.consecutiveFailures());
        assertEquals("m", second.lastRun().jobName());
    }

    @Test
    void aManualRunIsTheLastRunButMovesNoCounter() {
        CrmScheduledTaskStatus failed = next(SCHEDULED, null, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus status = next(SCHEDULED, failed, manual("m", 2, RunResult.SUCCEEDED));
        assertEquals("Manual", status.lastRun().trigger());
        assertEquals(1, status.consecutiveFailures());
        assertEquals("2026-11-23T11:00:02Z", status.lastSuccessTime());
    }

    @Test
    void keepsAReportThatVanishedAndMendsOneThatWasMissed() {
        CrmScheduledTaskStatus told = next(SCHEDULED, null, ended("a", 1, RunResult.SUCCEEDED));
        assertEquals(told, next(SCHEDULED, told, lost("a", 1)), "the pod is gone, its report is not");
        CrmScheduledTaskStatus missed = next(SCHEDULED, null, lost("a", 1));
        assertEquals("Unknown", missed.lastRun().result());
        CrmScheduledTaskStatus mended = next(SCHEDULED, missed, ended("a", 1, RunResult.FAILED));
        assertEquals("Failed", mended.lastRun().result());
        assertEquals(1, mended.consecutiveFailures());
    }

    @Test
    void aSkippedRunLeavesTheLastWordToTheOneBefore() {
        CrmScheduledTaskStatus failed = next(SCHEDULED, null, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus skipped = next(SCHEDULED, failed, ended("b", 2, RunResult.SKIPPED_LOCKED));
        assertEquals("SkippedLocked", skipped.lastRun().result());
        assertNull(skipped.lastRun().remedy());
        assertEquals(condition(failed, "LastRunSucceeded"), condition(skipped, "LastRunSucceeded"));
        assertEquals(1, skipped.consecutiveFailures());
    }

    @Test
    void tellsFailureAndRemedyInHumanWords() {
        CrmScheduledTaskStatus status = next(SCHEDULED, null, ended("a", 1, RunResult.FAILED));
        assertEquals("DatabaseUnavailable", status.lastRun().reason());
        assertTrue(status.lastRun().remedy().startsWith("Check that the database answers"));
        assertEquals(
                "Job a: Failed. No answer. " + status.lastRun().remedy(),
                condition(status, "LastRunSucceeded").message());
        assertEquals("True", condition(status, "Ready").status(), "a failed run does not make a task unready");
    }

    @Test
    void showsWhatHindersARun() {
        CrmScheduledTaskStatus status = next(SCHEDULED, null, held("ErrImagePull: no such image"));
        assertEquals(List.of("a"), status.active());
        assertEquals("ImagePullFailed", condition(status, "Running").reason());
        assertTrue(condition(status, "Running").message().contains("no such image. Check RUNNER_IMAGE"));
    }

    @Test
    void writesNothingWhenKubernetesWordsTheSameHindranceInTurns() {
        CrmScheduledTaskStatus status = next(SCHEDULED, null, held("ErrImagePull: no such image"));
        assertEquals(status, next(SCHEDULED, status, held("ImagePullBackOff: Back-off pulling image")));
    }

    private static ObservedRun held(String detail) {
        return new Running(
                identity("a", Trigger.SCHEDULED),
                Optional.of(new Hindrance(NoReport.IMAGE_PULL, "The container waits: " + detail)));
    }

    @Test
    void aConflictIsToldWithItsCure() {
        Refused conflict = new Refused(Reason.NAME_CONFLICT, "A CronJob cleanup exists.", Optional.empty());
        CrmScheduledTaskStatus status = next(conflict, null);
        assertEquals(
                List.of("Ready=False", "Suspended=True", "Running=False", "LastRunSucceeded=Unknown"),
                conditions(status));
        assertTrue(condition(status, "Ready").message().contains("Delete or rename that CronJob"));
        assertNull(status.cronJobName());
        assertNull(status.nextRunTime());
    }

    @Test
    void saysWhetherTheOldCronJobStillRuns() {
        Leftover old = new Leftover("cleanup", false, Optional.of(NOON));
        CrmScheduledTaskStatus status = next(new Refused(Reason.CRON_JOB_REJECTED, "Quota.", Optional.of(old)), null);
        assertEquals("False", condition(status, "Suspended").status());
        assertEquals("cleanup", status.cronJobName());
        assertEquals(NOON.toString(), status.lastScheduleTime());
    }

    @ParameterizedTest
    @EnumSource(NoReport.class)
    void everyEndWithoutReportHasReasonAndRemedy(NoReport why) {
        CrmScheduledTaskStatus status = next(
                SCHEDULED, null, new Unreported(identity("a", Trigger.SCHEDULED), NOON, 1, why, "As Kubernetes says."));
        assertNotNull(status.lastRun().reason());
        assertNotNull(status.lastRun().remedy());
        assertTrue(List.of("Failed", "Unknown").contains(status.lastRun().result()));
    }

    private CrmScheduledTaskStatus next(
            Placement placement, @Nullable CrmScheduledTaskStatus previous, ObservedRun... runs) {
        return StatusFactory.next(task, placement, List.of(runs), previous, NOON);
    }

    private static Placement placed(Suspension suspension) {
        return new InPlace(
                "cleanup",
                "*/5 * * * *",
                "Etc/UTC",
                suspension,
                Optional.empty(),
                Optional.of(Instant.parse("2026-11-23T12:05:00Z")));
    }

    private static ObservedRun running(String job) {
        return new Running(identity(job, Trigger.SCHEDULED), Optional.empty());
    }

    private static ObservedRun ended(String job, int second, RunResult result) {
        return reported(identity(job, Trigger.SCHEDULED), second, result);
    }

    private static ObservedRun manual(String job, int second, RunResult result) {
        return reported(identity(job, Trigger.MANUAL), second, result);
    }

    private static ObservedRun lost(String job, int second) {
        return new Unreported(
                identity(job, Trigger.SCHEDULED), at(second), 1, NoReport.REPORT_MISSING, "The pod is gone.");
    }

    private static ObservedRun reported(RunIdentity identity, int second, RunResult result) {
        RunReport report = new RunReport(
                RunReport.VERSION,
                "cleanup",
                result,
                result.failure() ? "DatabaseUnavailable" : null,
                result.failure() ? "No answer." : null,
                null,
                null,
                null,
                null,
                false,
                1,
                Map.of(),
                null,
                null,
                null,
                null,
                null);
        return new Reported(identity, at(second), 1, report);
    }

    private static RunIdentity identity(String job, Trigger trigger) {
        return new RunIdentity(job, "uid-" + job, trigger, Optional.empty(), Optional.empty());
    }

    private static Instant at(int second) {
        return Instant.parse("2026-11-23T11:00:00Z").plusSeconds(second);
    }

    private static List<String> conditions(CrmScheduledTaskStatus status) {
        return status.conditions().stream()
                .map(condition -> condition.type() + "=" + condition.status())
                .toList();
    }

    private static Condition condition(CrmScheduledTaskStatus status, String type) {
        return Conditions.find(status.conditions(), type).orElseThrow();
    }
}
