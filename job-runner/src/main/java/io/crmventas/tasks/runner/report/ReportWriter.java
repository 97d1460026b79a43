package io.crmventas.tasks.runner.report;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.runner.report.RunLog.Field;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Writes the whole report as one line to standard output, and a shortened one to the termination log. */
public final class ReportWriter {
    private final PrintStream out;
    private final Path terminationLog;
    private final RunLog log;
    /** The run and its termination can both report. Only the first report is written. */
    private final AtomicBoolean written = new AtomicBoolean();

    public ReportWriter(PrintStream out, Path terminationLog, RunLog log) {
        this.out = out;
        this.terminationLog = terminationLog;
        this.log = log;
    }

    public void write(RunReport original) {
        if (!written.compareAndSet(false, true)) {
            return;
        }
        RunReport report =
                log.redaction().apply(original).toBuilder().usage(usage()).build();
        try {
            // The kubelet mounts the file. Outside of a pod it does not exist, and the runner creates no file in /dev.
            if (!terminationLog.startsWith("/dev") || Files.exists(terminationLog)) {
                Files.writeString(terminationLog, RunReportCodec.encode(report));
            }
        } catch (IOException unwritable) {
            log.warning(
                    "the report is not in the termination log, so the operator takes this run as failed",
                    new Field("path", terminationLog),
                    new Field("error", unwritable));
        }
        out.println(RunReportCodec.whole(report));
        out.flush();
    }

    /** Returns what this process has used so far, as Linux counts it. Without /proc the memory is zero. */
    private static RunReport.Usage usage() {
        Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            long peakKilobytes = lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
            return new RunReport.Usage(cpu.toMillis(), peakKilobytes * 1024);
        } catch (IOException noProc) {
            return new RunReport.Usage(cpu.toMillis(), 0);
        }
    }
}
