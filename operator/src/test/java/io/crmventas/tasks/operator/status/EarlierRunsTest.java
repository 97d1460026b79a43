package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.operator.status.TestRuns.at;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static io.crmventas.tasks.operator.status.TestRuns.manual;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.EarlierRun;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.NoReport;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Finished;
import io.crmventas.tasks.operator.observed.ObservedRun.Reported;
import io.crmventas.tasks.operator.observed.ObservedRun.Sharded;
import io.crmventas.tasks.operator.observed.ObservedRun.Unreported;
import io.crmventas.tasks.operator.observed.RunIdentity.Trigger;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What only the database still knew. */
class EarlierRunsTest {
    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void anUnknownEndBecomesKnown() {
        CrmScheduledTaskStatus unknown = next(null, ended("a", 1, RunResult.SUCCEEDED), lost("b", 2));
        assertEquals(new Counters(2, 1, 0, 0, 0), unknown.counters());
        ObservedRun later = telling("c", new EarlierRun("b", RunResult.FAILED, "LockTimeout", "2026-11-23T11:00:01Z"));
        CrmScheduledTaskStatus known = next(unknown, lost("b", 2), later);
        assertEquals(new Counters(3, 1, 2, 0, 0), known.counters());
        assertEquals(2, known.consecutiveFailures());
        RunEntry entry = known.history().get(1);
        assertEquals("b Failed LockTimeout", entry.jobName() + " " + entry.result() + " " + entry.reason());
        assertEquals(known, next(known, lost("b", 2), later), "once");
    }

    @Test
    void whatIsKnownIsLeftAlone() {
        CrmScheduledTaskStatus known = next(null, ended("a", 1, RunResult.FAILED));
        CrmScheduledTaskStatus later =
                next(known, telling("c", new EarlierRun("a", RunResult.SUCCEEDED, null, "2026-11-23T11:00:01Z")));
        assertEquals("Failed", later.history().getLast().result());
        assertEquals(0, later.counters().succeeded());
    }

    /** The pod was killed after its commit, before its report was read. */
    @Test
    void aFailureThatOnlyKubernetesToldOfMayHaveBeenASuccess() {
        for (NoReport why :
                List.of(NoReport.EVICTED, NoReport.OUT_OF_MEMORY, NoReport.CRASHED, NoReport.DEADLINE_EXCEEDED)) {
            ObservedRun silent = silent("b", why);
            CrmScheduledTaskStatus failed = next(null, ended("a", 1, RunResult.FAILED), silent);
            assertEquals(2, failed.consecutiveFailures());
            ObservedRun later = telling("c", new EarlierRun("b", RunResult.SUCCEEDED, null, "2026-11-23T11:00:01Z"));
            CrmScheduledTaskStatus known = next(failed, silent, later);
            assertEquals("Succeeded", known.history().get(1).result());
            assertEquals("Succeeded", known.history().get(1).reason());
            assertEquals(new Counters(3, 1, 2, 0, 0), known.counters());
            assertEquals(1, known.consecutiveFailures(), "c");
            assertEquals("2026-11-23T11:00:02Z", known.lastSuccessTime());
            assertEquals(known, next(known, silent, later), "once");
        }
    }

    @Test
    void aFailureThatWasNoneIsNotTheLastOne() {
        ObservedRun silent = silent("b", NoReport.EVICTED);
        EarlierRun told = new EarlierRun("b", RunResult.NO_WORK, null, null);
        CrmScheduledTaskStatus once = next(next(null, silent), telling("c", RunResult.NO_WORK, told));
        assertNull(once.lastFailureTime());
        CrmScheduledTaskStatus again =
                next(next(null, ended("a", 1, RunResult.FAILED), silent), telling("c", RunResult.NO_WORK, told));
        assertEquals("2026-11-23T11:00:01Z", again.lastFailureTime());
    }

    @Test
    void whyKubernetesEndedARunStays() {
        CrmScheduledTaskStatus failed = next(null, silent("b", NoReport.EVICTED));
        CrmScheduledTaskStatus same =
                next(failed, telling("c", new EarlierRun("b", RunResult.FAILED, "Terminated", "2026-11-23T11:00:01Z")));
        assertEquals("Evicted", same.history().getLast().reason());
        assertEquals(new Counters(2, 0, 2, 0, 0), same.counters());
    }

    /** Each shard reads a trace of its own. */
    @Test
    void oneShardDoesNotSpeakForTheOthers() {
        CrmScheduledTaskStatus failed = next(null, silent("b", NoReport.EVICTED));
        EarlierRun fine = new EarlierRun("b", RunResult.SUCCEEDED, null, "2026-11-23T11:00:01Z");
        EarlierRun idle = new EarlierRun("b", RunResult.NO_WORK, null, "2026-11-23T11:00:01Z");
        CrmScheduledTaskStatus one = next(failed, sharded(telling("c", fine), ended("c", 3, RunResult.SUCCEEDED)));
        assertEquals("Failed", one.history().getLast().result());
        CrmScheduledTaskStatus both = next(failed, sharded(telling("c", idle), telling("c", fine)));
        assertEquals("Succeeded", both.history().getLast().result());
    }

    private static ObservedRun silent(String job, NoReport why) {
        return new Unreported(TestRuns.identity(job, Trigger.SCHEDULED), at(2), 1, why, "No report.");
    }

    private static ObservedRun sharded(ObservedRun... shards) {
        return new Sharded(
                shards[0].identity(),
                at(3),
                Stream.of(shards).map(shard -> (Finished) shard).toList());
    }

    @Test
    void aNameThatWasUsedBeforeIsAnotherRun() {
        ObservedRun byHand =
                new Unreported(TestRuns.identity("by-hand", Trigger.MANUAL), at(2), 1, NoReport.JOB_DELETED, "Gone.");
        CrmScheduledTaskStatus unknown = next(null, byHand, manual("m", 1, RunResult.SUCCEEDED));
        CrmScheduledTaskStatus same =
                next(unknown, telling("c", new EarlierRun("by-hand", RunResult.FAILED, null, "2026-11-22T11:00:00Z")));
        assertEquals("Unknown", same.history().get(1).result());
        CrmScheduledTaskStatus known =
                next(same, telling("c", new EarlierRun("by-hand", RunResult.NO_WORK, null, "2026-11-23T10:59:00Z")));
        assertEquals("NoWork", known.history().get(1).result());
    }

    private static ObservedRun telling(String job, EarlierRun earlier) {
        return telling(job, RunResult.FAILED, earlier);
    }

    private static ObservedRun telling(String job, RunResult result, EarlierRun earlier) {
        Reported run = (Reported) ended(job, 3, result);
        return new Reported(
                run.identity(), run.completionTime(), 1, run.report().withEarlier(List.of(earlier)));
    }

    private CrmScheduledTaskStatus next(@Nullable CrmScheduledTaskStatus previous, ObservedRun... runs) {
        InPlace place =
                new InPlace("cleanup", "*/5 * * * *", "Etc/UTC", Suspension.NONE, Optional.empty(), Optional.empty());
        return StatusFactory.next(task, place, List.of(runs), previous, Instant.parse("2026-11-23T12:00:00Z"));
    }
}
