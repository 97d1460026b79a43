package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.runner.report.ProcessUsage;
import io.crmventas.tasks.runner.report.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A checkup in the words of a run's report, for whoever reads those. */
public final class CheckReport {
    private CheckReport() {}

    /**
     * @param task one task's name, or {@code all}
     * @param warnings of the settings
     */
    public static RunReport of(String task, Checkup checkup, List<String> warnings, Instant start, Instant end) {
        boolean connected = checkup.lines().stream()
                .anyMatch(line ->
                        line.what().equals(Checkup.CONNECTION) && line.verdict().equals(Checkup.OK));
        Reason reason = checkup.reason();
        RunReport.Builder report = RunReport.builder(task, reason == null ? RunResult.SUCCEEDED : RunResult.FAILED)
                .startTime(start.toString())
                .completionTime(end.toString())
                .attempts(1)
                .counts(Map.of())
                .warnings(warnings(checkup, warnings))
                .database(connected ? "connected" : "failed")
                .redis("unknown")
                .usage(ProcessUsage.now());
        if (reason != null) {
            report.reason(reason.text()).message(message(checkup)).step(connected ? "schema" : "connect");
        }
        return report.build();
    }

    /** As a run would say it: what is missing, then the statements that would give a right. */
    private static String message(Checkup checkup) {
        List<String> failed = with(checkup, Checkup.FAILED)
                .map(Checkup.Line::advice)
                .distinct()
                .toList();
        Map<Boolean, String> byGrant = failed.stream()
                .collect(Collectors.partitioningBy(advice -> advice.startsWith("grant "), Collectors.joining("; ")));
        List<String> parts = new ArrayList<>();
        part(parts, checkup.reason() == Reason.SCHEMA_MISMATCH ? "missing: " : "", byGrant.get(false));
        part(parts, "not granted; run: ", byGrant.get(true));
        return String.join("; ", parts);
    }

    private static void part(List<String> parts, String label, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            parts.add(label + text);
        }
    }

    private static List<String> warnings(Checkup checkup, List<String> settings) {
        return Stream.concat(
                        settings.stream(),
                        with(checkup, Checkup.ADVICE).map(line -> line.what() + " would help: " + line.advice()))
                .distinct()
                .toList();
    }

    private static Stream<Checkup.Line> with(Checkup checkup, String verdict) {
        return checkup.lines().stream().filter(line -> line.verdict().equals(verdict));
    }
}
