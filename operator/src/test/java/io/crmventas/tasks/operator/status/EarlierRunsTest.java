package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.operator.status.TestRuns.at;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static io.crmventas.tasks.operator.status.TestRuns.manual;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.EarlierRun;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.observed.NoReport;
import io.crmventas.tasks.operator.observed.ObservedRun;
import io.crmventas.tasks.operator.observed.ObservedRun.Reported;
import io.crmventas.tasks.operator.observed.ObservedRun.Unreported;
import io.crmventas.tasks.operator.observed.RunIdentity.Trigger;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        Reported run = (Reported) ended(job, 3, RunResult.FAILED);
        return new Reported(
                run.identity(), run.completionTime(), 1, run.report().withEarlier(List.of(earlier)));
    }

    private CrmScheduledTaskStatus next(@Nullable CrmScheduledTaskStatus previous, ObservedRun... runs) {
        InPlace place =
                new InPlace("cleanup", "*/5 * * * *", "Etc/UTC", Suspension.NONE, Optional.empty(), Optional.empty());
        return StatusFactory.next(task, place, List.of(runs), previous, Instant.parse("2026-11-23T12:00:00Z"));
    }
}
