package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LateStartTest {
    /** No server listens on this port, so a run that connects exits with 69. */
    private static final String CLOSED_PORT = "postgresql://u:canary_late_4711@127.0.0.1:1/d";

    @Test
    void lateRunIsSkippedBeforeItConnects() {
        Launch.Ended ended = launch(scheduledBefore(Duration.ofHours(1))).run("run", "cleanup");

        RunReport report = ended.report();
        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(RunResult.SKIPPED_LATE, report.result());
        assertEquals("unknown", report.database());
        assertEquals(0, report.attempts());
        assertTrue(
                String.valueOf(report.message())
                        .matches("started 1h.* after its scheduled time .* more than 2m is too late"),
                ended.toString());
        assertEquals(ended.terminationLog(), ended.lastLine());
    }

    @Test
    void runInTimeConnects() {
        assertEquals(
                69, launch(scheduledBefore(Duration.ZERO)).run("run", "cleanup").exit());
    }

    @Test
    void manualJobIsNeverLate() {
        assertEquals(69, launch("cleanup-by-hand").run("run", "cleanup").exit());
    }

    @Test
    void namesInvalidDurations() {
        Launch.Ended ended = launch("cleanup-by-hand")
                .with("CRM_TASK_START_DEADLINE", "soon")
                .with("CRM_TASK_LOCK_WAIT", "never")
                .run("run", "cleanup");

        assertEquals(64, ended.exit());
        assertTrue(String.valueOf(ended.report().message()).contains("CRM_TASK_START_DEADLINE"), ended.toString());
        assertTrue(String.valueOf(ended.report().message()).contains("CRM_TASK_LOCK_WAIT"), ended.toString());
    }

    private static String scheduledBefore(Duration time) {
        return "cleanup-" + Instant.now().minus(time).getEpochSecond() / 60;
    }

    private static Launch launch(String job) {
        return Launch.quick()
                .canary("canary_late_4711")
                .with("POSTGRES_DSN", CLOSED_PORT)
                .with("CRM_TASK_RETRY_LIMIT", "0")
                .with("CRM_TASK_START_DEADLINE", "2m")
                .with("CRM_JOB_NAME", job);
    }
}
