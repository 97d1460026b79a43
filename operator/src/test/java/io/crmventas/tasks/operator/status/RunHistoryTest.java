package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.operator.status.TestRuns.dry;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static io.crmventas.tasks.operator.status.TestRuns.manual;
import static io.crmventas.tasks.operator.status.TestRuns.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** No run twice, none lost. */
class RunHistoryTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final CronJobState SCHEDULED = new InPlace(
            "cleanup", "*/5 * * * *", "Etc/UTC", Suspension.NONE, Optional.empty(), Optional.empty(), Optional.empty());

    private CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void tellsTheNewestFirstAndNoMoreThanAskedFor() {
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, history: {entries: 2}}");
        CrmScheduledTaskStatus first = next(null, ended("a", 1, RunResult.FAILED), ended("b", 2, RunResult.NO_WORK));
        CrmScheduledTaskStatus second = next(
                first,
                ended("a", 1, RunResult.FAILED),
                ended("b", 2, RunResult.NO_WORK),
                manual("c", 3, RunResult.SUCCEEDED));
        assertEquals(List.of("c", "b"), jobs(second));
        assertEquals(
                new RunEntry("c", "Manual", null, "2026-11-23T11:00:03Z", null, "Succeeded", "Succeeded"),
                second.history().getFirst());
        assertEquals(new Counters(3, 2, 1, 0, 0), second.counters());
        assertEquals(second, next(second, ended("a", 1, RunResult.FAILED)), "a Job that outlives its entry");
    }

    @Test
    void keepsNoEntriesAndStillCounts() {
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, history: {entries: 0}}");
        CrmScheduledTaskStatus status = next(null, ended("a", 1, RunResult.FAILED));
        assertNull(status.history());
        assertEquals(status, next(status, ended("a", 1, RunResult.FAILED)));
        assertEquals(1, status.counters().runs());
    }

    @Test
    void dryRunsAreNeitherCountedNorListed() {
        CrmScheduledTaskStatus status =
                next(null, dry("d", 2, RunResult.SUCCEEDED), ended("a", 1, RunResult.SUCCEEDED));
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
    void keepsWhatOthersCount() {
        CrmScheduledTaskStatus before = next(null);
        CrmScheduledTaskStatus missed =
                before.toBuilder().counters(new Counters(0, 0, 0, 7, 3)).build();
        assertEquals(
                new Counters(1, 1, 0, 7, 3),
                next(missed, ended("a", 1, RunResult.SUCCEEDED)).counters());
    }

    @Test
    void putsAResultThatCameLateInItsPlace() {
        CrmScheduledTaskStatus unknown = next(null, lost("a", 1), ended("b", 2, RunResult.SUCCEEDED));
        assertEquals(new Counters(2, 1, 0, 0, 0), unknown.counters());
        CrmScheduledTaskStatus known =
                next(unknown, ended("a", 1, RunResult.FAILED), ended("b", 2, RunResult.SUCCEEDED));
        assertEquals(new Counters(2, 1, 1, 0, 0), known.counters());
        assertEquals("Failed", known.history().getLast().result());
        assertEquals("b", known.lastRun().jobName());
        assertEquals(0, known.consecutiveFailures(), "a success came after it");
    }

    /** Each hears of it at a time of its own, and that is the end of a Job that was deleted while it ran. */
    @Test
    void aRunThatTwoReplicasSawGoCountsOnce() {
        CrmScheduledTaskStatus told =
                next(null, deleted("a", "11:00:01.002"), ended("b", 2, RunResult.SUCCEEDED), running("c"));
        CrmScheduledTaskStatus handedOver =
                next(told, deleted("a", "11:00:01.107"), ended("b", 2, RunResult.SUCCEEDED), running("c"));
        assertEquals(told, handedOver);
        CrmScheduledTaskStatus known = next(told, ended("a", 1, RunResult.FAILED), running("c"));
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

    /** Every order in which runs can be heard of, one by one or several at once, ends in the same status. */
    @RepeatedTest(200)
    void theOrderDoesNotMatter(RepetitionInfo repetition) {
        List<ObservedRun> runs = List.of(
                ended("a", 1, RunResult.SUCCEEDED),
                ended("b", 2, RunResult.FAILED),
                manual("c", 2, RunResult.FAILED),
                ended("d", 4, RunResult.PARTIAL),
                ended("e", 4, RunResult.SKIPPED_LOCKED));
        Random random = new Random(repetition.getCurrentRepetition());
        List<ObservedRun> shuffled = new ArrayList<>(runs);
        Collections.shuffle(shuffled, random);
        CrmScheduledTaskStatus status = next(null);
        List<ObservedRun> heard = new ArrayList<>();
        for (ObservedRun run : shuffled) {
            heard.add(run);
            if (random.nextBoolean()) {
                status = next(status, heard.toArray(ObservedRun[]::new));
            }
        }
        status = next(status, heard.toArray(ObservedRun[]::new));
        assertEquals(List.of("e", "d", "b", "c", "a"), jobs(status));
        assertEquals(new Counters(5, 1, 3, 0, 0), status.counters());
        assertEquals("e", status.lastRun().jobName());
        assertEquals(2, status.consecutiveFailures());
    }

    private static List<String> jobs(CrmScheduledTaskStatus status) {
        return status.history().stream().map(RunEntry::jobName).toList();
    }

    private CrmScheduledTaskStatus next(@Nullable CrmScheduledTaskStatus previous, ObservedRun... runs) {
        return TestStatus.next(task, SCHEDULED, List.of(runs), previous, NOON);
    }
}
