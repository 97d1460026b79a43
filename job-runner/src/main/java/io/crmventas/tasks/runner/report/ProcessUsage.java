package io.crmventas.tasks.runner.report;

import io.crmventas.tasks.contract.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What this process has cost so far, as Linux counts it. */
public final class ProcessUsage {
    private static final String PEAK = "VmHWM:";

    private ProcessUsage() {}

    public static RunReport.Usage now() {
        Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return new RunReport.Usage(cpu.toMillis(), peakMemoryBytes());
    }

    /** Zero where there is no /proc: a developer's machine. */
    private static long peakMemoryBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0)
                    * 1024;
        } catch (IOException noProc) {
            return 0;
        }
    }
}
