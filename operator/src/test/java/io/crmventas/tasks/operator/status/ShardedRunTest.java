package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.lost;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Sharded;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several pods, one record. */
class ShardedRunTest {
    @ParameterizedTest
    @CsvSource({
        "SUCCEEDED NO_WORK SUCCEEDED,           SUCCEEDED",
        "NO_WORK NO_WORK NO_WORK,               NO_WORK",
        "NO_WORK SKIPPED_LOCKED,                NO_WORK",
        "SKIPPED_LOCKED SKIPPED_LOCKED,         SKIPPED_LOCKED",
        "FAILED SUCCEEDED,                      PARTIAL",
        "NO_WORK NO_WORK FAILED,                PARTIAL",
        "PARTIAL PARTIAL,                       PARTIAL",
        "FAILED FAILED FAILED,                  FAILED",
        "SUCCEEDED UNKNOWN,                     UNKNOWN",
        "FAILED UNKNOWN,                        PARTIAL"
    })
    void takesTheResultFromAll(String shards, RunResult expected) {
        Run run = merged(Stream.of(shards.split(" ")).map(RunResult::valueOf).toList());
        assertEquals(expected.text(), run.result());
    }

    @Test
    void tellsWhichShardFailedAndWhatToDo() {
        Run run = merged(List.of(RunResult.SUCCEEDED, RunResult.FAILED, RunResult.NO_WORK));
        assertEquals("DatabaseUnavailable", run.reason());
        assertEquals("1 of 3 shards did not end well. Shard 1: No answer.", run.message());
        assertNotNull(run.remedy());
        assertEquals(3, run.attempts());
    }

    @Test
    void saysNothingMoreWhenAllIsWell() {
        Run run = merged(List.of(RunResult.SUCCEEDED, RunResult.SUCCEEDED));
        assertEquals("Succeeded", run.reason());
        assertNull(run.message());
        assertNull(run.remedy());
    }

    @Test
    void namesTheShardThatVanished() {
        Run run = RunRecords.record(
                sharded(List.of((Finished) ended("a", 1, RunResult.NO_WORK), (Finished) lost("a", 1))));
        assertEquals("Unknown", run.result());
        assertEquals("ReportMissing", run.reason());
        assertEquals("1 of 2 shards did not end well. Shard 1: The pod is gone.", run.message());
    }

    @Test
    void addsUpWhatAllDid() {
        Run one = counted(2.5, "reports", 3, "orphanMessages", 1);
        Run other = counted(4.0, "reports", 4, "unchanged", 2);
        Run run = RunRecords.merged(List.of(one, other));
        assertEquals("{orphanMessages=1, reports=7, unchanged=2}", String.valueOf(run.counts()));
        assertEquals(4.0, run.durationSeconds());
        assertEquals(new Run.Usage(6.5, 2), run.usage());
    }

    private static Run counted(double seconds, String name, long count, String otherName, long otherCount) {
        return new Run(
                "a",
                "uid-a",
                "Scheduled",
                null,
                null,
                null,
                seconds,
                1,
                "Succeeded",
                "Succeeded",
                null,
                null,
                null,
                Map.of(name, count, otherName, otherCount),
                null,
                null,
                "connected",
                null,
                new Run.Usage(seconds, otherCount));
    }

    private static Run merged(List<RunResult> results) {
        return RunRecords.record(sharded(
                results.stream().map(result -> (Finished) ended("a", 1, result)).toList()));
    }

    private static Sharded sharded(List<Finished> shards) {
        return new Sharded(TestRuns.identity("a", Trigger.SCHEDULED), TestRuns.at(1), shards);
    }
}
