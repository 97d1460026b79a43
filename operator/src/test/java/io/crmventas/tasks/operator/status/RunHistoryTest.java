package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.status.TestRuns.dry;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static io.crmventas.tasks.operator.status.TestRuns.manual;
import static io.crmventas.tasks.operator.status.TestRuns.running;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The history holds each run exactly once. */
class RunHistoryTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final CronJobState SCHEDULED = new InPlace(
            "cleanup", "*/5 * * * *", "Etc/UTC", Suspension.NONE, Optional.empty(), Optional.empty(), Optional.empty());

    private CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void listsTheNewestRunsFirstUpToTheLimit() {
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, history: {entries: 2}}");
        CrmScheduledTaskStatus first = next(EMPTY, ended("a", 1, RunResult.FAILED), ended("b", 2, RunResult.NO_WORK));
        CrmScheduledTaskStatus second = next(
                first,
                ended("a", 1, RunResult.FAILED),
                ended("b", 2, RunResult.NO_WORK),
                manual("c", 3, RunResult.SUCCEEDED));
        assertEquals(List.of("c", "b"), jobs(second));
        assertEquals(
                new RunEntry(
                        "c", "Manual", null, Instant.parse("2026-11-23T11:00:03Z"), null, "Succeeded", "Succeeded"),
                second.history().getFirst());
        assertEquals(new Counters(3, 2, 1, 0, 0), second.counters());
        assertEquals(
                second, next(second, ended("a", 1, RunResult.FAILED)), "a run without an entry does not count again");
    }

    @Test
    void countsRunsWithoutEntries() {
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, history: {entries: 0}}");
        CrmScheduledTaskStatus worked =
                next(EMPTY, ended("s", 1, RunResult.SUCCEEDED), ended("f", 2, RunResult.FAILED));
        assertEquals(1, worked.consecutiveFailures());
        assertEquals(0, next(worked, ended("t", 3, RunResult.SUCCEEDED)).consecutiveFailures());
        CrmScheduledTaskStatus status = next(EMPTY, ended("a", 1, RunResult.FAILED));
        assertEquals(List.of(), status.history());
        assertEquals(status, next(status, ended("a", 1, RunResult.FAILED)));
        assertEquals(1, status.counters().runs());
    }

    @Test
    void dryRunsAreNeitherCountedNorListed() {
        CrmScheduledTaskStatus status =
                next(EMPTY, dry("d", 2, RunResult.SUCCEEDED), ended("a", 1, RunResult.SUCCEEDED));
        assertEquals(List.of("a"), jobs(status));
        CrmScheduledTaskStatus later =
                next(status, dry("d", 2, RunResult.SUCCEEDED), ended("b", 3, RunResult.SUCCEEDED));
        assertEquals(List.of("b", "a"), jobs(later));
        assertEquals(new Counters(2, 2, 0, 0, 0), later.counters());
        assertEquals(
                List.of(),
                RunStatistics.count(task, later, List.of(dry("d", 2, RunResult.SUCCEEDED)))
                        .added());
    }

    @Test
    void keepsTheCountersOfMissedAndSkippedRuns() {
        CrmScheduledTaskStatus before = next(EMPTY);
        CrmScheduledTaskStatus missed =
                before.toBuilder().counters(new Counters(0, 0, 0, 7, 3)).build();
        assertEquals(
                new Counters(1, 1, 0, 7, 3),
                next(missed, ended("a", 1, RunResult.SUCCEEDED)).counters());
    }

    @Test
    void aLateResultReplacesAnUnknownResult() {
        CrmScheduledTaskStatus unknown = next(EMPTY, lost("a", 1), ended("b", 2, RunResult.SUCCEEDED));
        assertEquals(new Counters(2, 1, 0, 0, 0), unknown.counters());
        CrmScheduledTaskStatus known =
                next(unknown, ended("a", 1, RunResult.FAILED), ended("b", 2, RunResult.SUCCEEDED));
        assertEquals(new Counters(2, 1, 1, 0, 0), known.counters());
        assertEquals("Failed", known.history().getLast().result());
        assertEquals("b", known.lastRun().jobName());
        assertEquals(0, known.consecutiveFailures(), "a later run succeeded");
    }

    @Test
    void requestedRunsAreNeitherFailuresInARowNorTheirEnd() {
        CrmScheduledTaskStatus failing = next(
                EMPTY,
                ended("a", 1, RunResult.FAILED),
                manual("m", 3, RunResult.FAILED),
                ended("c", 4, RunResult.FAILED),
                manual("n", 5, RunResult.SUCCEEDED));
        assertEquals(2, failing.consecutiveFailures());
        assertEquals(1, next(failing, ended("b", 2, RunResult.SUCCEEDED)).consecutiveFailures());
    }

    @Test
    void countsARequestedRunWithTheNameOfAnEarlierOne() {
        CrmScheduledTaskStatus first = next(EMPTY, manual("m", 1, RunResult.FAILED), ended("b", 2, RunResult.FAILED));
        assertEquals(List.of("m", "b", "m"), jobs(next(first, manual("m", 3, RunResult.SUCCEEDED))));
    }

    /**
     * Each replica observes a deletion at its own time. For a Job that was deleted during its run, that time is the end of the
     * run.
     */
    @Test
    void aDeletedRunThatTwoReplicasObservedCountsOnce() {
        CrmScheduledTaskStatus recorded =
                next(EMPTY, deleted("a", "11:00:01.002"), ended("b", 2, RunResult.SUCCEEDED), running("c"));
        CrmScheduledTaskStatus handedOver =
                next(recorded, deleted("a", "11:00:01.107"), ended("b", 2, RunResult.SUCCEEDED), running("c"));
        assertEquals(recorded, handedOver);
        CrmScheduledTaskStatus known = next(recorded, ended("a", 1, RunResult.FAILED), running("c"));
        assertEquals(List.of("b", "a"), jobs(known));
        assertEquals(new Counters(2, 1, 1, 0, 0), known.counters());
    }

    private static ObservedRun deleted(String job, String time) {
        return Finished.unreported(
                TestRuns.identity(job, Trigger.SCHEDULED),
                Instant.parse("2026-11-23T" + time + "Z"),
                1,
                new RunProblem(Reason.JOB_DELETED, "Gone."));
    }

    /** The operator can observe runs in any order, one by one or several at once. The status is the same. */
    @RepeatedTest(200)
    void theOrderOfObservationDoesNotMatter(RepetitionInfo repetition) {
        List<ObservedRun> runs = List.of(
                ended("a", 1, RunResult.SUCCEEDED),
                ended("b", 2, RunResult.FAILED),
                manual("c", 2, RunResult.FAILED),
                ended("d", 4, RunResult.PARTIAL),
                ended("e", 4, RunResult.SKIPPED_LOCKED));
        Random random = new Random(repetition.getCurrentRepetition());
        List<ObservedRun> shuffled = new ArrayList<>(runs);
        Collections.shuffle(shuffled, random);
        CrmScheduledTaskStatus status = next(EMPTY);
        List<ObservedRun> observed = new ArrayList<>();
        for (ObservedRun run : shuffled) {
            observed.add(run);
            if (random.nextBoolean()) {
                status = next(status, observed.toArray(ObservedRun[]::new));
            }
        }
        status = next(status, observed.toArray(ObservedRun[]::new));
        assertEquals(List.of("e", "d", "b", "c", "a"), jobs(status));
        assertEquals(new Counters(5, 1, 3, 0, 0), status.counters());
        assertEquals("e", status.lastRun().jobName());
        assertEquals(2, status.consecutiveFailures());
        assertEquals(Instant.parse("2026-11-23T11:00:04Z"), status.lastFailureTime());
    }

    private static List<String> jobs(CrmScheduledTaskStatus status) {
        return status.history().stream().map(RunEntry::jobName).toList();
    }

    private CrmScheduledTaskStatus next(CrmScheduledTaskStatus previous, ObservedRun... runs) {
        return TestStatus.next(task, SCHEDULED, List.of(runs), previous, NOON);
    }
}
