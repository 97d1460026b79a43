package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.status.TestRuns.at;
import static io.crmventas.tasks.operator.status.TestRuns.dry;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.identity;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static io.crmventas.tasks.operator.status.TestRuns.manual;
import static io.crmventas.tasks.operator.status.TestRuns.running;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every run counts exactly once. */
class RunStatisticsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123Z");
    private static final CronJobState SCHEDULED = TestStatus.inPlace(Suspension.NONE);

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void countsEachFailureOnceAndInOrder() {
        CrmScheduledTaskStatus two =
                next(SCHEDULED, EMPTY, ended("b", 2, RunResult.FAILED), ended("a", 1, RunResult.PARTIAL));
        assertEquals(2, two.consecutiveFailures());
        assertEquals("b", two.lastRun().jobName());
        CrmScheduledTaskStatus again = next(
                SCHEDULED,
                two,
                ended("a", 1, RunResult.PARTIAL),
                ended("b", 2, RunResult.FAILED),
                ended("c", 3, RunResult.FAILED));
        assertEquals(3, again.consecutiveFailures());
        CrmScheduledTaskStatus succeeded = next(SCHEDULED, again, ended("d", 4, RunResult.NO_WORK));
        assertEquals(0, succeeded.consecutiveFailures());
        assertEquals(Instant.parse("2026-11-23T11:00:03Z"), succeeded.lastFailureTime());
        assertEquals(Instant.parse("2026-11-23T11:00:04Z"), succeeded.lastSuccessTime());
    }

    @Test
    void aSuccessOutweighsAnEarlierFailureOfTheSameReconcile() {
        CrmScheduledTaskStatus status =
                next(SCHEDULED, EMPTY, ended("b", 2, RunResult.SUCCEEDED), ended("a", 1, RunResult.FAILED));
        assertEquals(0, status.consecutiveFailures());
        assertEquals("b", status.lastRun().jobName());
    }

    @Test
    void countsARunThatIsObservedAfterALaterRun() {
        CrmScheduledTaskStatus first = next(SCHEDULED, EMPTY, running("a"), manual("m", 5, RunResult.SUCCEEDED));
        CrmScheduledTaskStatus second =
                next(SCHEDULED, first, ended("a", 4, RunResult.FAILED), manual("m", 5, RunResult.SUCCEEDED));
        assertEquals(1, second.consecutiveFailures());
        assertEquals("m", second.lastRun().jobName());
    }

    @Test
    void aManualRunIsTheLastRunAndChangesNoFailureCount() {
        CrmScheduledTaskStatus failed = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus status = next(SCHEDULED, failed, manual("m", 2, RunResult.SUCCEEDED));
        assertEquals("Manual", status.lastRun().trigger());
        assertEquals(1, status.consecutiveFailures());
        assertEquals(Instant.parse("2026-11-23T11:00:02Z"), status.lastSuccessTime());
    }

    @Test
    void aDryRunChangesOnlyTheLastDryRun() {
        CrmScheduledTaskStatus failed = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus status = next(SCHEDULED, failed, dry("d", 2, RunResult.SUCCEEDED));
        assertEquals("d", status.lastDryRun().jobName());
        assertEquals("DryRun", status.lastDryRun().trigger());
        assertEquals(failed, status.toBuilder().lastDryRun(null).build());
        CrmScheduledTaskStatus later = next(SCHEDULED, status, dry("e", 3, RunResult.FAILED));
        assertEquals("e", later.lastDryRun().jobName());
        assertEquals(failed, later.toBuilder().lastDryRun(null).build());
    }

    @Test
    void aDryRunWithoutReportIsNoFailureOfTheTask() {
        CrmScheduledTaskStatus before = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.SUCCEEDED));
        CrmScheduledTaskStatus status = next(SCHEDULED, before, lost(identity("d", Trigger.DRY_RUN), 2));
        assertEquals("Unknown", status.lastDryRun().result());
        assertEquals(before, status.toBuilder().lastDryRun(null).build());
    }

    @Test
    void keepsTheReportOfADryRunWhosePodIsDeleted() {
        CrmScheduledTaskStatus recorded = next(SCHEDULED, EMPTY, dry("d", 1, RunResult.SUCCEEDED));
        assertEquals(recorded, next(SCHEDULED, recorded, lost(identity("d", Trigger.DRY_RUN), 1)));
        assertEquals(recorded, next(SCHEDULED, recorded), "its Job is deleted");
    }

    @Test
    void addsTheLateReportOfADryRun() {
        CrmScheduledTaskStatus unknown = next(SCHEDULED, EMPTY, lost(identity("d", Trigger.DRY_RUN), 1));
        CrmScheduledTaskStatus known = next(SCHEDULED, unknown, dry("d", 1, RunResult.SUCCEEDED));
        assertEquals("Succeeded", known.lastDryRun().result());
    }

    /** The remedy of NotEnded is to repair a node, which is wrong once the Job has ended. */
    @Test
    void aRunThatEndsAfterAllWithoutAResultIsNoLongerNotEnded() {
        RunIdentity run = identity("m", Trigger.MANUAL);
        ObservedRun overdue = Finished.unreported(run, at(1), 1, new RunProblem(Reason.NOT_ENDED, "It continues."));
        CrmScheduledTaskStatus before = next(SCHEDULED, EMPTY, overdue);
        assertEquals("NotEnded", before.lastRun().reason());
        CrmScheduledTaskStatus ended = next(SCHEDULED, before, lost(run, 1));
        assertEquals("ReportMissing", ended.lastRun().reason());
        assertEquals("ReportMissing", ended.history().getFirst().reason());
        assertEquals(1, ended.counters().runs());
        assertEquals(ended, next(SCHEDULED, ended, overdue), "an old state of the Job changes nothing");
        CrmScheduledTaskStatus later = next(SCHEDULED, before, ended("a", 2, RunResult.SUCCEEDED), lost(run, 1));
        assertEquals("a", later.lastRun().jobName());
        assertEquals("ReportMissing", later.history().getLast().reason());
    }

    @Test
    void keepsTheReportOfADeletedPodAndAddsALateReport() {
        CrmScheduledTaskStatus recorded = next(SCHEDULED, EMPTY, ended("a", 1, RunResult.SUCCEEDED));
        assertEquals(
                recorded,
                next(SCHEDULED, recorded, lost("a", 1)),
                "the pod is deleted, and the status keeps its report");
        CrmScheduledTaskStatus missed = next(SCHEDULED, EMPTY, lost("a", 1));
        assertEquals("Unknown", missed.lastRun().result());
        CrmScheduledTaskStatus corrected = next(SCHEDULED, missed, ended("a", 1, RunResult.FAILED));
        assertEquals("Failed", corrected.lastRun().result());
        assertEquals(1, corrected.consecutiveFailures());
    }

    private CrmScheduledTaskStatus next(CronJobState cronJob, CrmScheduledTaskStatus previous, ObservedRun... runs) {
        return TestStatus.next(task, cronJob, List.of(runs), previous, NOON);
    }
}
