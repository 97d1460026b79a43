package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportBuilder;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.TimeText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a report safe. Any container can write any text as its report, and the status, terminals, metrics and sums use
 * it. The API server must accept it, and no sum may overflow.
 */
final class ReportSanitizer {
    private static final int LONGEST_WORD = 63;
    private static final int LONGEST_WARNING = 300;
    private static final int MOST_COUNTS = 40;
    private static final int MOST_ATTEMPTS = 1_000;
    private static final long MIB = 1024 * 1024;
    /** A sum of many such counts is still an exact number in JSON. */
    private static final long LARGEST_COUNT = 1_000_000_000_000L;

    /** Kubernetes writes the start and the end of a Job in whole seconds. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    private static final int MOST_PROCESSORS = 256;

    /**
     * A process counts the pages of mapped files, such as its program. The kernel counts them for the container that
     * read them first. So an honest report can exceed the limit of its container by these pages.
     */
    private static final long SHARED_PAGES = 128 * MIB;

    private static final Set<String> DATABASE = Set.of("connected", "failed", "unknown");
    private static final Set<String> REDIS = Set.of("disabled", "available", "unavailable", "unknown");

    private ReportSanitizer() {}

    /** Returns empty when the text is no report. */
    static Optional<RunReport> sanitized(String text) {
        // The kubelet cuts longer texts, so no kubelet wrote this one.
        return text.length() > RunReportCodec.MAX_BYTES
                ? Optional.empty()
                : RunReportCodec.decode(text).map(ReportSanitizer::sanitized);
    }

    private static RunReport sanitized(RunReport report) {
        return report.toBuilder()
                .task(RunReportCodec.cut(printable(report.task()), LONGEST_WORD))
                .reason(word(report.reason()))
                .message(report.message() == null || report.message().isBlank() ? null : printable(report.message()))
                .step(report.step() == null ? null : RunReportCodec.cut(printable(report.step()), LONGEST_WORD))
                .now(time(report.now()))
                .startTime(time(report.startTime()))
                .completionTime(time(report.completionTime()))
                .attempts(Math.clamp(report.attempts(), 0, MOST_ATTEMPTS))
                .counts(counts(report.counts()))
                .steps(null)
                .warnings(warnings(report.warnings()))
                .database(oneOf(report.database(), DATABASE))
                .redis(oneOf(report.redis(), REDIS))
                .usage(usage(report.usage()))
                .build();
    }

    /**
     * Removes figures that the Job disproves: a run cannot take longer than its Job. The processor time cannot exceed
     * that of {@link #MOST_PROCESSORS}, and the memory cannot exceed the limit of the container. A warning names what
     * the operator corrected.
     *
     * @param memoryLimit the limit in bytes; empty when the container has none
     */
    static RunReport within(RunReport report, Instant jobStart, Instant jobEnd, Optional<BigDecimal> memoryLimit) {
        Duration job = Duration.between(jobStart, jobEnd).plus(ROUNDING);
        List<String> corrections = new ArrayList<>();
        RunReportBuilder corrected = report.toBuilder();
        Optional<Duration> tooLong = measured(report).filter(reported -> reported.compareTo(job) > 0);
        if (tooLong.isPresent()) {
            corrected.startTime(null).completionTime(null);
            corrections.add("The report says that the run took " + tooLong.get().toSeconds()
                    + " s, longer than its Job; the operator shows the time of the Job.");
        }
        RunReport.Usage usage = report.usage();
        if (usage != null && usage.cpuMillis() / MOST_PROCESSORS > job.toMillis()) {
            corrected.usage(null);
            corrections.add("The report says that the run used " + usage.cpuMillis() / 1000
                    + " s of processor time, which its Job cannot have used; the operator does not show it.");
        }
        if (usage != null && memoryLimit.filter(limit -> exceeds(usage, limit)).isPresent()) {
            corrected.usage(null);
            corrections.add("The report says that the run used " + usage.peakMemoryBytes() / MIB
                    + " MiB of memory, more than its container may use; the operator does not show it.");
        }
        if (corrections.isEmpty()) {
            return report;
        }
        if (report.warnings() != null) {
            corrections.addAll(report.warnings());
        }
        return corrected.warnings(corrections).build();
    }

    /** Returns how long the run took, by its report. */
    static Optional<Duration> measured(RunReport report) {
        return TimeText.parse(report.startTime())
                .flatMap(start -> TimeText.parse(report.completionTime()).map(end -> Duration.between(start, end)));
    }

    private static boolean exceeds(RunReport.Usage usage, BigDecimal memoryLimit) {
        BigDecimal most = memoryLimit.add(BigDecimal.valueOf(SHARED_PAGES));
        return BigDecimal.valueOf(usage.peakMemoryBytes()).compareTo(most) > 0;
    }

    /** Metrics group by the reason, so it must be one word. */
    private static @Nullable String word(@Nullable String text) {
        return text != null && text.matches("[A-Za-z][A-Za-z0-9]{0," + (LONGEST_WORD - 1) + "}") ? text : null;
    }

    private static @Nullable String oneOf(@Nullable String text, Set<String> known) {
        return text != null && known.contains(text) ? text : null;
    }

    /** Removes characters that move a terminal's cursor or turn the direction of a text. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]+", " ");
    }

    private static @Nullable String time(@Nullable String text) {
        return TimeText.parse(text)
                .filter(time -> !time.isBefore(Instant.EPOCH))
                .map(_ -> text)
                .orElse(null);
    }

    private static Map<String, Long> counts(@Nullable Map<String, Long> counts) {
        Map<String, Long> kept = new TreeMap<>();
        if (counts != null) {
            counts.forEach((name, count) -> {
                if (word(name) != null && count != null && count >= 0 && kept.size() < MOST_COUNTS) {
                    kept.put(name, Math.min(count, LARGEST_COUNT));
                }
            });
        }
        return kept;
    }

    private static @Nullable List<String> warnings(@Nullable List<String> warnings) {
        return warnings == null
                ? null
                : warnings.stream()
                        .filter(Objects::nonNull)
                        .map(warning -> RunReportCodec.cut(printable(warning), LONGEST_WARNING))
                        .toList();
    }

    private static RunReport.@Nullable Usage usage(RunReport.@Nullable Usage usage) {
        return usage == null || usage.cpuMillis() < 0 || usage.peakMemoryBytes() < 0 ? null : usage;
    }
}
