package io.crmventas.tasks.runner.report;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hands the report over: whole and on one line to standard output, bounded to the termination log. */
public final class ReportWriter {
    private final PrintStream out;
    private final Path terminationLog;
    private final RunLog log;
    private final Redaction redaction;
    /** The run and its interruption may both want to report; the first has it. */
    private final AtomicBoolean written = new AtomicBoolean();

    public ReportWriter(PrintStream out, Path terminationLog, RunLog log, Redaction redaction) {
        this.out = out;
        this.terminationLog = terminationLog;
        this.log = log;
        this.redaction = redaction;
    }

    public void write(RunReport original) {
        if (!written.compareAndSet(false, true)) {
            return;
        }
        RunReport report = redaction.apply(original);
        try {
            byte[] bounded = RunReportCodec.encode(report).getBytes(StandardCharsets.UTF_8);
            // The kubelet mounts the file; outside of a pod there is none, and /dev is no place to leave one.
            Files.write(
                    terminationLog,
                    bounded,
                    terminationLog.startsWith("/dev")
                            ? new OpenOption[] {WRITE, TRUNCATE_EXISTING}
                            : new OpenOption[] {WRITE, CREATE, TRUNCATE_EXISTING});
        } catch (IOException unwritable) {
            log.log(
                    RunLog.Level.DEBUG,
                    "no termination log",
                    "path",
                    terminationLog,
                    "error",
                    unwritable.getClass().getSimpleName());
        }
        out.println(RunReportCodec.whole(report));
        out.flush();
    }
}
