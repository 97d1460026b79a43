package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportSanitizerTest {
    private static final Optional<BigDecimal> NO_LIMIT = Optional.empty();
    /** The limit is 256 MiB. A report may claim 128 MiB more. */
    private static final Optional<BigDecimal> LIMIT = Optional.of(BigDecimal.valueOf(268_435_456));

    @Test
    void aPossibleReportStaysUnchanged() {
        RunReport report = read("""
                "reason":"SmtpDown","message":"The mail server does not answer.","step":"send","attempts":2,
                "startTime":"2026-11-23T09:05:01Z","completionTime":"2026-11-23T09:05:02.5Z",
                "counts":{"sent":3},"warnings":["Slow."],"database":"connected","redis":"disabled",
                "usage":{"cpuMillis":5,"peakMemoryBytes":6}""");
        assertEquals("SmtpDown", report.reason());
        assertEquals("The mail server does not answer.", report.message());
        assertEquals("send", report.step());
        assertEquals(2, report.attempts());
        assertEquals("2026-11-23T09:05:02.5Z", report.completionTime());
        assertEquals(Map.of("sent", 3L), report.counts());
        assertEquals(List.of("Slow."), report.warnings());
        assertEquals(new RunReport.Usage(5, 6), report.usage());
    }

    /** The report claims three hours, and the Job took ten seconds. */
    @Test
    void removesImpossibleTimesWithAWarning() {
        Instant start = Instant.parse("2026-11-23T09:05:00Z");
        Instant end = start.plusSeconds(10);
        RunReport report = read("""
                "startTime":"2026-11-23T09:05:01Z","completionTime":"2026-11-23T12:05:01Z","warnings":["Slow."],
                "usage":{"cpuMillis":86400000,"peakMemoryBytes":6}""");
        RunReport corrected = ReportSanitizer.within(report, start, end, NO_LIMIT);
        assertNull(corrected.startTime());
        assertNull(corrected.completionTime());
        assertNull(corrected.usage());
        assertEquals(
                List.of(
                        "The report says that the run took 10800 s, longer than its Job; the operator shows the time of"
                                + " the Job.",
                        "The report says that the run used 86400 s of processor time, which its Job cannot have used; the"
                                + " operator does not show it.",
                        "Slow."),
                corrected.warnings());
        RunReport possible = read("""
                "startTime":"2026-11-23T09:05:01Z","completionTime":"2026-11-23T09:05:10.9Z",
                "usage":{"cpuMillis":20000,"peakMemoryBytes":6}""");
        assertEquals(possible, ReportSanitizer.within(possible, start, end, NO_LIMIT));
    }

    /** The values include the largest possible number. */
    @ParameterizedTest
    @ValueSource(longs = {402_653_185, 1_099_511_627_776L, Long.MAX_VALUE})
    void removesMemoryAboveTheLimitOfTheContainerWithAWarning(long claimed) {
        Instant start = Instant.parse("2026-11-23T09:05:00Z");
        RunReport report = read("\"usage\":{\"cpuMillis\":5,\"peakMemoryBytes\":" + claimed + "}");
        RunReport corrected = ReportSanitizer.within(report, start, start.plusSeconds(10), LIMIT);
        assertNull(corrected.usage());
        assertEquals(
                List.of("The report says that the run used " + claimed / 1024 / 1024
                        + " MiB of memory, more than its container may use; the operator does not show it."),
                corrected.warnings());
        assertEquals(report, ReportSanitizer.within(report, start, start.plusSeconds(10), NO_LIMIT));
    }

    /** The process counts pages of its program that the kernel counts for another container. */
    @Test
    void keepsMemoryOfSharedPages() {
        Instant start = Instant.parse("2026-11-23T09:05:00Z");
        RunReport report = read("\"usage\":{\"cpuMillis\":5,\"peakMemoryBytes\":402653184}");
        assertEquals(report, ReportSanitizer.within(report, start, start.plusSeconds(10), LIMIT));
    }

    @Test
    void dropsValuesThatTheApiServerWouldRefuse() {
        RunReport report = read("\"warnings\":[null,\"a\"],\"counts\":{\"a\":null,\"b\":1},\"steps\":[null]");
        assertEquals(List.of("a"), report.warnings());
        assertEquals(Map.of("b", 1L), report.counts());
    }

    @Test
    void dropsTimesAndNumbersThatWouldOverflow() {
        RunReport report = read("""
                "startTime":"-999999999-01-01T00:00:00Z","completionTime":"+999999999-01-01T00:00:00Z",
                "attempts":2147483647,"counts":{"a":9223372036854775807,"b":-1},
                "usage":{"cpuMillis":-9223372036854775808,"peakMemoryBytes":1}""");
        assertNull(report.startTime());
        assertNull(report.completionTime());
        assertTrue(report.attempts() * 64 > 0, "the sum of 64 shards does not overflow");
        long count = report.counts().get("a");
        assertTrue(count > 0 && count * 64 > 0);
        assertEquals(1, report.counts().size(), "the negative count is dropped");
        assertNull(report.usage());
    }

    @Test
    void dropsInvalidNames() {
        RunReport report =
                read("\"reason\":\"Bad\\n{label=\\\"x\\\"}\",\"database\":\"on fire\",\"counts\":{\"a b\":1,\"\":2}");
        assertNull(report.reason());
        assertNull(report.database());
        assertEquals(Map.of(), report.counts());
    }

    @Test
    void removesControlCharacters() {
        RunReport report = read("\"message\":\"all \\u001b[2J\\u0000 fine\",\"warnings\":[\"\\u009b1A\"]");
        assertEquals("all  [2J  fine", report.message());
        assertEquals(List.of(" 1A"), report.warnings());
    }

    @Test
    void limitsTheNumberAndTheLengthOfValues() {
        StringBuilder counts = new StringBuilder("\"a0\":0");
        for (int i = 1; i < 300; i++) {
            counts.append(",\"a").append(i).append("\":1");
        }
        assertEquals(40, read("\"counts\":{" + counts + "}").counts().size());
        String warning =
                read("\"warnings\":[\"" + "😀".repeat(1000) + "\"]").warnings().getFirst();
        assertEquals(300, warning.codePointCount(0, warning.length()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000",
                "{\"version\":1,\"task\":\"t\",\"result\":\"Succeeded\",\"mess",
                "{\"version\":1e999,\"task\":\"t\",\"result\":\"Succeeded\"}",
                "{\"version\":1,\"task\":\"t\",\"result\":\"Succeeded\",\"attempts\":99999999999}",
                "{\"version\":1,\"task\":\"t\",\"result\":{\"a\":1}}",
                "{\"version\":1,\"task\":[],\"result\":\"Succeeded\"}",
                "{\"version\":1,\"task\":\"t\",\"result\":\"Succeeded\",\"counts\":{\"a\":\"many\"}}",
                "<html>502 Bad Gateway</html>"
            })
    void acceptsNoInvalidReport(String text) {
        assertEquals(Optional.empty(), ReportSanitizer.sanitized(text));
    }

    @Test
    void acceptsNoReportThatIsTooDeepOrTooLong() {
        assertEquals(Optional.empty(), ReportSanitizer.sanitized("{\"version\":1,\"x\":" + "[".repeat(3900)));
        assertEquals(
                Optional.empty(),
                ReportSanitizer.sanitized("{\"version\":1,\"task\":\"t\",\"result\":\"Succeeded\",\"message\":\""
                        + "a".repeat(1_000_000) + "\"}"));
    }

    private static RunReport read(String fields) {
        RunReport report = ReportSanitizer.sanitized(
                        "{\"version\":1,\"task\":\"t\",\"result\":\"Failed\"," + fields + "}")
                .orElseThrow();
        assertEquals(RunResult.FAILED, report.result());
        return report;
    }
}
