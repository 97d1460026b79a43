package io.crmventas.tasks.operator.preflight;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Checked;
import io.crmventas.tasks.operator.resources.PreflightJob;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.status.TestRuns;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreflightsTest {
    private static final Instant NOW = TestRuns.at(10);

    @Test
    void aNewTaskStartsAPreflightAndWaits() {
        Checked plan = plan("aa", EMPTY);
        assertEquals(Optional.of("aa-1"), plan.start());
        assertEquals(Suspension.PREFLIGHT_PENDING, plan.suspension());
        assertNull(plan.known().result());
    }

    @Test
    void anExistingJobIsNotCreatedAgainWithoutAStatus() {
        assertEquals(
                Optional.empty(), plan("aa", EMPTY, TestRuns.running("aa-1")).start());
        Checked ended = plan("aa", EMPTY, TestRuns.manual("aa-1", 5, RunResult.SUCCEEDED));
        assertEquals(Optional.empty(), ended.start());
        assertEquals("Succeeded", ended.known().result());
    }

    @Test
    void aDeletedJobIsRecreatedUnderItsName() {
        CrmScheduledTaskStatus waiting = status(plan("aa", EMPTY, TestRuns.running("aa-1")));
        assertEquals(Optional.of("aa-1"), plan("aa", waiting).start());
    }

    @Test
    void aPassedPreflightReleasesTheTaskForGood() {
        Checked passed = plan("aa", EMPTY, TestRuns.manual("aa-1", 5, RunResult.NO_WORK));
        assertEquals(Suspension.NONE, passed.suspension());
        assertEquals(passed, plan("aa", status(passed)), "the Job is deleted by now");
    }

    @ParameterizedTest
    @EnumSource(
            value = RunResult.class,
            names = {"FAILED", "PARTIAL"})
    void aFailedPreflightSuspendsTheTaskAndNamesTheReason(RunResult result) {
        Checked failed = plan("aa", EMPTY, TestRuns.manual("aa-1", 5, result));
        assertEquals(Suspension.PREFLIGHT_FAILED, failed.suspension());
        assertEquals("DatabaseUnavailable", failed.known().reason());
        assertEquals("No answer.", failed.known().message());
        assertEquals(Optional.of(TestRuns.at(35)), failed.due());
    }

    @Test
    void aPreflightWithoutReportHasAnUnknownResult() {
        Checked lost = plan("aa", EMPTY, TestRuns.lost("aa-1", 5));
        assertEquals("Unknown", lost.known().result());
        assertEquals(Suspension.PREFLIGHT_PENDING, lost.suspension());
        assertEquals(
                "Unknown",
                plan("aa", EMPTY, TestRuns.manual("aa-1", 5, RunResult.SKIPPED_LOCKED))
                        .known()
                        .result());
    }

    @ParameterizedTest
    @CsvSource({"1, 30", "2, 60", "3, 120", "4, 240", "5, 480", "6, 600", "7, 600", "2000000000, 600"})
    void repeatsAfterGrowingDelays(int attempts, int seconds) {
        CrmScheduledTaskStatus failed = status(attempts, "Failed", TestRuns.at(0));
        Instant due = TestRuns.at(0).plusSeconds(seconds);
        Checked early = plan("aa", failed, due.minusMillis(1));
        assertEquals(Optional.empty(), early.start());
        assertEquals(Optional.of(due), early.due());
        assertEquals(
                Optional.of("aa-" + (attempts + 1)), plan("aa", failed, due).start());
    }

    @Test
    void theStatusShowsARepetitionAfterItsEnd() {
        CrmScheduledTaskStatus failed = status(1, "Failed", TestRuns.at(0));
        Instant later = TestRuns.at(100);
        Checked running = plan("aa", failed, later, TestRuns.running("aa-2"));
        assertEquals(failed.preflight(), running.known(), "the status does not change before the end");
        assertEquals(Optional.empty(), running.start());
        Checked passed = plan("aa", failed, later, TestRuns.manual("aa-2", 90, RunResult.SUCCEEDED));
        assertEquals(Suspension.NONE, passed.suspension());
        assertEquals(2, passed.known().attempts());
        assertEquals("aa-2", passed.known().jobName());
    }

    @Test
    void aDisabledTaskStartsNoPreflight() {
        CrmScheduledTask disabled = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, enabled: false}");
        OperatorConfig config = OperatorConfig.from(Map.of("RUNNER_IMAGE", "crm-job-runner:1", "POD_NAMESPACE", "crm"));
        PreflightPlan unchecked = Preflights.plan(disabled, runs(List.of()), EMPTY, config, NOW);
        assertEquals("NotChecked", unchecked.finding(EMPTY).reason());
        String hash = PreflightJob.hash(disabled, config.runner());
        Preflight failed = new Preflight("aa-1", hash, "Failed", null, null, TestRuns.at(0), 1, "Failed");
        CrmScheduledTaskStatus before =
                status(new Checked(failed, Optional.empty(), Optional.empty(), Optional.empty()));
        PreflightPlan later = Preflights.plan(disabled, runs(List.of()), before, config, NOW.plus(Duration.ofDays(1)));
        assertEquals(new Checked(failed, Optional.empty(), Optional.empty(), Optional.empty()), later);
    }

    @Test
    void anEditedTaskWaitsForItsNewPreflight() {
        Checked running = edited("bb", status(1, "Succeeded", TestRuns.at(0)));
        assertEquals(Optional.of("bb-1"), running.start());
        assertEquals(Suspension.PREFLIGHT_PENDING, running.suspension());
        CrmScheduledTaskStatus started = status(running);
        assertEquals(
                Suspension.PREFLIGHT_PENDING,
                plan("bb", started, TestRuns.lost("bb-1", 5)).suspension());
        assertEquals(
                Suspension.PREFLIGHT_PENDING,
                plan("cc", started).suspension(),
                "a new image does not release the task");
        assertEquals(
                Suspension.NONE,
                plan("bb", started, TestRuns.manual("bb-1", 5, RunResult.SUCCEEDED))
                        .suspension());
    }

    @Test
    void anEditOfAnUncheckedFieldDoesNotSuspendTheTask() {
        assertEquals(
                Suspension.NONE,
                edited("aa", status(1, "Succeeded", TestRuns.at(0))).suspension());
    }

    @Test
    void scheduledTimesDuringAPreflightWaitForItsEnd() {
        CrmScheduledTaskStatus waiting = status(edited("bb", status(1, "Succeeded", TestRuns.at(0))));
        Instant began = TestRuns.at(3);
        ObservedRun preflight = TestRuns.reported(
                new RunIdentity("bb-1", "uid", Trigger.MANUAL, Optional.empty(), Optional.of(began)),
                5,
                RunResult.SUCCEEDED);
        Checked passed = plan("bb", waiting, preflight);
        assertEquals(Optional.of(began), passed.releasedFrom(waiting, List.of(preflight)));
        assertEquals(
                Optional.empty(),
                plan("bb", waiting).releasedFrom(waiting, List.of(preflight)),
                "the preflight has not ended");
        CrmScheduledTaskStatus released = status(passed);
        assertEquals(Optional.empty(), passed.releasedFrom(released, List.of(preflight)), "the task is released once");
    }

    @Test
    void aPassedTaskContinuesWithANewImageUntilItsPreflightFails() {
        CrmScheduledTaskStatus passed = status(1, "Succeeded", TestRuns.at(0));
        Checked running = plan("bb", passed);
        assertEquals(Optional.of("bb-1"), running.start());
        assertEquals(Suspension.NONE, running.suspension());
        CrmScheduledTaskStatus started = status(running);
        Checked lost = plan("bb", started, TestRuns.lost("bb-1", 5));
        assertEquals(Suspension.NONE, lost.suspension(), "an unknown result does not suspend the task");
        Checked failed = plan("bb", started, TestRuns.manual("bb-1", 5, RunResult.FAILED));
        assertEquals(Suspension.PREFLIGHT_FAILED, failed.suspension());
    }

    @Test
    void aPreflightThatDoesNotContinueShowsWhetherScheduledRunsStart() {
        CrmScheduledTaskStatus passed = status(plan("bb", status(1, "Succeeded", TestRuns.at(0))));
        String other = plan("bb", passed, held("bb-1")).finding(passed).message();
        assertTrue(other.startsWith("Job bb-1 does not continue. Scheduled runs start meanwhile"), other);
        String first = plan("aa", EMPTY, held("aa-1")).finding(EMPTY).message();
        assertTrue(first.startsWith("Job aa-1 does not continue. No scheduled run starts before it passes."), first);
    }

    private static ObservedRun held(String job) {
        return new Running(
                TestRuns.identity(job, Trigger.MANUAL),
                Optional.of(new RunProblem(Reason.IMAGE_PULL_FAILED, "No such image.", Optional.empty())),
                false,
                true,
                Optional.empty());
    }

    @Test
    void aFailedTaskStartsANewPreflightAfterAChange() {
        Checked running = plan("bb", status(4, "Failed", TestRuns.at(0)));
        assertEquals(Optional.of("bb-1"), running.start(), "at once, because the change can be the fix");
        assertEquals(Suspension.PREFLIGHT_PENDING, running.suspension());
    }

    @Test
    void anUndoneChangeDoesNotTakeOverThePreflightsThatFailedBeforeIt() {
        CrmScheduledTaskStatus changed = status(plan("bb", status(4, "Failed", TestRuns.at(0))));
        ObservedRun first = TestRuns.manual("aa-1", 1, RunResult.FAILED);
        ObservedRun second = TestRuns.manual("aa-2", 2, RunResult.FAILED);
        Checked undone = plan("aa", changed, first, second);
        assertEquals(Optional.of("aa-3"), undone.start());
        assertEquals(3, undone.known().attempts());
        assertEquals(Suspension.PREFLIGHT_PENDING, undone.suspension());
        assertEquals(
                Suspension.NONE,
                plan("aa", changed, first, TestRuns.manual("aa-2", 2, RunResult.SUCCEEDED))
                        .suspension(),
                "a preflight that passed is still true");
    }

    @Test
    void aRepetitionSkipsTheNamesOfEarlierFailures() {
        CrmScheduledTaskStatus failed = status(1, "Failed", TestRuns.at(10));
        ObservedRun old = TestRuns.manual("aa-2", 5, RunResult.FAILED);
        Checked next = plan("aa", failed, TestRuns.at(40), old);
        assertEquals(Optional.of("aa-3"), next.start());
        Checked passed = plan("aa", failed, TestRuns.at(50), old, TestRuns.manual("aa-3", 45, RunResult.SUCCEEDED));
        assertEquals(3, passed.known().attempts());
    }

    @Test
    void aSuccessfulRunRepeatsTheFailedPreflightAtOnce() {
        CrmScheduledTaskStatus failed = status(5, "Failed", TestRuns.at(0));
        assertEquals(Optional.empty(), afterRun(failed, 5, 9, RunResult.FAILED).start());
        assertEquals(
                Optional.of("aa-6"), afterRun(failed, 5, 9, RunResult.NO_WORK).start());
        assertEquals(
                Optional.empty(),
                afterRun(failed, -5, 9, RunResult.NO_WORK).start(),
                "this run can have read the Secret before the preflight did");
    }

    @Test
    void aFailureShowsWhenThePreflightRepeats() {
        String message = plan("aa", EMPTY, TestRuns.manual("aa-1", 5, RunResult.FAILED))
                .finding(EMPTY)
                .message();
        String end = " While the task is enabled, the preflight repeats by itself at " + TestRuns.at(35)
                + ", and at once after a successful run or dry run.";
        assertTrue(message.endsWith(end), message);
    }

    private static Checked afterRun(CrmScheduledTaskStatus previous, int start, int end, RunResult result) {
        ObservedRun run = TestRuns.reported(
                new RunIdentity("run", "uid", Trigger.MANUAL, Optional.empty(), Optional.of(TestRuns.at(start))),
                end,
                result);
        return new Preflights("aa", attempt -> "aa-" + attempt, runs(List.of(run)), NOW).plan(previous, false);
    }

    @Test
    void aTaskThatSucceededBeforeItsFirstPreflightContinues() {
        CrmScheduledTaskStatus succeeded =
                TestStatus.next(task(), refused(), List.of(TestRuns.ended("a", 1, RunResult.SUCCEEDED)), EMPTY, NOW);
        assertEquals(Suspension.NONE, plan("aa", succeeded).suspension());
    }

    @Test
    void aRefusedJobIsCreatedAgainLater() {
        Checked refused = Preflights.refused(plan("aa", EMPTY), "aa-1", "Quota.", NOW.plusNanos(639_970_947));
        assertEquals("Unknown", refused.known().result());
        assertEquals("JobRejected", refused.known().reason());
        assertEquals(Optional.of(NOW.plusSeconds(30)), refused.due());
        Checked second = plan("aa", status(refused), NOW.plusSeconds(30));
        assertEquals(Optional.of("aa-2"), second.start());
        Checked again = Preflights.refused(second, "aa-2", "Quota.", NOW.plusSeconds(30));
        assertEquals(2, again.known().attempts());
        assertEquals(Optional.of(NOW.plusSeconds(90)), again.due());
    }

    private static Checked plan(String hash, CrmScheduledTaskStatus previous, ObservedRun... preflights) {
        return plan(hash, previous, NOW, preflights);
    }

    private static Checked edited(String hash, CrmScheduledTaskStatus previous) {
        return new Preflights(hash, attempt -> hash + "-" + attempt, runs(List.of()), NOW).plan(previous, true);
    }

    private static Checked plan(String hash, CrmScheduledTaskStatus previous, Instant now, ObservedRun... preflights) {
        return new Preflights(hash, attempt -> hash + "-" + attempt, runs(List.of(), preflights), now)
                .plan(previous, false);
    }

    private static TaskRuns runs(List<ObservedRun> runs, ObservedRun... preflights) {
        return new TaskRuns(runs, List.of(preflights), List.of(), List.of(), Optional.empty());
    }

    private static CrmScheduledTaskStatus status(int attempts, String result, Instant end) {
        return status(new Checked(
                new Preflight("aa-" + attempts, "aa", result, null, null, end, attempts, result),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    private static CrmScheduledTaskStatus status(Checked plan) {
        return TestStatus.factory(task(), inPlace(plan.suspension()), List.of(), EMPTY, NOW)
                .preflight(plan.finding(EMPTY))
                .build()
                .create();
    }

    private static CrmScheduledTask task() {
        return TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");
    }

    private static CronJobState inPlace(Suspension suspension) {
        return new CronJobState.InPlace(
                "cleanup", "*/5 * * * *", "Etc/UTC", suspension, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static CronJobState refused() {
        return new CronJobState.Refused(Reason.NAME_CONFLICT, "Any.", Optional.empty());
    }
}
