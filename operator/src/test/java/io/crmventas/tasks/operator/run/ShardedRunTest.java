package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportBuilder;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reports of several pods become the report of one run. */
class ShardedRunTest {
    private static final Instant START = Instant.parse("2026-11-23T11:00:00Z");
    private static final Instant END = START.plusSeconds(60);
    private static final RunIdentity IDENTITY =
            new RunIdentity("a", "uid-a", Trigger.SCHEDULED, Optional.empty(), Optional.of(START));

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
    void combinesTheResultsOfAllShards(String shards, RunResult expected) {
        List<Finished> all = Stream.of(shards.split(" "))
                .map(RunResult::valueOf)
                .map(result -> shard(report(result).build()))
                .toList();
        assertEquals(expected, merged(all).report().result());
    }

    @Test
    void namesTheFailedShard() {
        RunReport failed = report(RunResult.FAILED)
                .reason("DatabaseUnavailable")
                .message("No answer.")
                .step("Load")
                .database("failed")
                .build();
        Finished run = merged(List.of(succeeded(), shard(failed), succeeded()));
        assertEquals("DatabaseUnavailable", run.report().reason());
        assertEquals(
                "1 of 3 shards did not end well. Shard 1: No answer.",
                run.report().message());
        assertEquals("Load", run.report().step());
        assertEquals("failed", run.report().database());
        assertEquals(3, run.attempts());
    }

    @Test
    void hasNoReasonAndNoMessageWhenAllShardsEndWell() {
        RunReport skipped = report(RunResult.SKIPPED_LOCKED)
                .reason("LockHeld")
                .message("Another run works.")
                .build();
        Finished run = merged(List.of(shard(skipped), succeeded()));
        assertNull(run.report().reason());
        assertNull(run.report().message());
    }

    @Test
    void namesTheShardOfADeletedPod() {
        Finished lost =
                Finished.unreported(IDENTITY, END, 1, new RunProblem(Reason.REPORT_MISSING, "The pod is gone."));
        Finished run = merged(List.of(succeeded(), lost));
        assertEquals(RunResult.UNKNOWN, run.report().result());
        assertEquals("ReportMissing", run.report().reason());
        assertEquals(
                "1 of 2 shards did not end well. Shard 1: The pod is gone.",
                run.report().message());
        assertEquals(Optional.of(Duration.ofSeconds(60)), run.duration(), "the duration is that of the Job");
    }

    @Test
    void sumsTheCountsAndTheUsageOfAllShards() {
        Finished one = counted("11:00:02.500", Map.of("reports", 3L, "orphanMessages", 1L), 2_500, 1);
        Finished other = counted("11:00:04", Map.of("reports", 4L, "unchanged", 2L), 4_000, 2);
        Finished run = merged(List.of(one, other));
        assertEquals(
                Map.of("orphanMessages", 1L, "reports", 7L, "unchanged", 2L),
                run.report().counts());
        assertEquals(Optional.of(Duration.ofSeconds(4)), run.duration());
        assertEquals(new RunReport.Usage(6_500, 2), run.report().usage());
        assertEquals(List.of("Look here."), run.report().warnings(), "the run has each warning once");
    }

    private static Finished counted(String end, Map<String, Long> counts, long cpuMillis, long memory) {
        return shard(report(RunResult.SUCCEEDED)
                .startTime("2026-11-23T11:00:00Z")
                .completionTime("2026-11-23T" + end + "Z")
                .counts(counts)
                .usage(new RunReport.Usage(cpuMillis, memory))
                .warnings(List.of("Look here."))
                .build());
    }

    private static Finished succeeded() {
        return shard(report(RunResult.SUCCEEDED)
                .startTime("2026-11-23T11:00:00Z")
                .completionTime("2026-11-23T11:00:01Z")
                .build());
    }

    private static RunReportBuilder report(RunResult result) {
        return RunReport.builder("cleanup", result);
    }

    private static Finished shard(RunReport report) {
        return new Finished(IDENTITY, END, 1, report, true);
    }

    private static Finished merged(List<Finished> shards) {
        return new ShardedRun(shards).merged(IDENTITY, END);
    }
}
