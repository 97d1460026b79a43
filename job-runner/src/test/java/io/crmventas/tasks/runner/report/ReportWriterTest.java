package io.crmventas.tasks.runner.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportWriterTest {
    /** Without this line, the log of a run that succeeded does not show why the operator takes it as failed. */
    @Test
    void fullDiskIsAWarningInTheLog() {
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        RunLog log = new RunLog(
                new PrintStream(logged, true, StandardCharsets.UTF_8),
                Clock.systemUTC(),
                RunLog.Level.WARNING,
                RunLog.Format.TEXT,
                Redaction.of(Set.of()),
                Map.of());

        new ReportWriter(new PrintStream(OutputStream.nullOutputStream()), Path.of("/dev/full"), log)
                .write(RunReport.builder("cleanup", RunResult.NO_WORK).build());

        String text = logged.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("level=WARNING") && text.contains("No space left on device"), text);
    }
}
