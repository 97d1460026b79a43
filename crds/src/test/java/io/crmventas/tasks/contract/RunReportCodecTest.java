package io.crmventas.tasks.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunReportCodecTest {
    private static final String[] ALPHABET = {"a", "ñ", "€", "😀", "\"", "\\", "\n", "\u0000", "\u2028", " "};

    @Test
    void readsBackWhatItWrote() {
        RunReport report = report(new Random(1), 3);
        assertEquals(Optional.of(report), RunReportCodec.decode(RunReportCodec.encode(report)));
    }

    @Test
    void writesTheJsonThatTheAnnotationsDefine() throws JsonProcessingException {
        for (int seed = 0; seed < 200; seed++) {
            RunReport report = report(new Random(seed), seed);
            assertEquals(new JsonMapper().writeValueAsString(report), RunReportCodec.whole(report));
        }
        RunReport bare = RunReport.builder("cleanup", RunResult.FAILED)
                .message("")
                .dryRun(true)
                .counts(Map.of())
                .steps(List.of())
                .build();
        assertEquals(new JsonMapper().writeValueAsString(bare), RunReportCodec.whole(bare));
    }

    @Test
    void staysWithinTheKubeletsLimitAndKeepsTheResultForAnyTexts() {
        for (int seed = 0; seed < 1000; seed++) {
            RunReport report = report(new Random(seed), 1 + seed % 400);
            String json = RunReportCodec.encode(report);
            int bytes = json.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(bytes <= RunReportCodec.MAX_BYTES, "seed " + seed + ": " + bytes + " bytes");
            RunReport read = RunReportCodec.decode(json).orElseThrow();
            assertEquals(report.result(), read.result(), "seed " + seed);
            assertEquals(report.usage(), read.usage(), "seed " + seed);
            assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(json), "seed " + seed + ": half a character");
        }
    }

    @Test
    void keepsAReportThatJustFitsWhole() {
        RunReport report = report(new Random(1), 0);
        RunReport full = report.shortened("", report.steps(), report.warnings());
        int room = RunReportCodec.MAX_BYTES - RunReportCodec.whole(full).length() - ",\"message\":\"\"".length();
        full = full.shortened("x".repeat(room), report.steps(), report.warnings());

        assertEquals(RunReportCodec.MAX_BYTES, RunReportCodec.whole(full).length());
        assertEquals(RunReportCodec.whole(full), RunReportCodec.encode(full));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "exit status 1",
                "{",
                "[]",
                "null",
                "{}",
                "{\"version\":1}",
                "{\"version\":1,\"task\":\"cleanup\"}",
                "{\"version\":0,\"task\":\"cleanup\",\"result\":\"Succeeded\"}",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"Succ",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"Unknown\"}",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"succeeded\"}",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"Succeeded\"} Traceback (most recent call last)",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"Succeeded\"}\n{\"version\":1,\"task\":\"cleanup\",\"result\":\"Failed\"}",
                "{\"version\":1,\"task\":\"cleanup\",\"result\":\"Failed\",\"result\":\"Succeeded\"}"
            })
    void acceptsNoTextThatIsNoReport(String text) {
        assertEquals(Optional.empty(), RunReportCodec.decode(text));
    }

    @Test
    void readsAReportOfANewerRunner() {
        RunReport read = RunReportCodec.decode(
                        "{\"version\":2,\"task\":\"x\",\"result\":\"NoWork\",\"colour\":\"red\",\"counts\":{\"a\":1}}")
                .orElseThrow();
        assertEquals(RunResult.NO_WORK, read.result());
        assertEquals(Map.of("a", 1L), read.counts());
    }

    private static RunReport report(Random random, int size) {
        Map<String, Long> counts = new LinkedHashMap<>();
        List<StepReport> steps = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < 1 + size / 8; i++) {
            counts.put("count" + i, random.nextLong());
            steps.add(new StepReport("step-" + i, StepReport.DONE, i, text(random, size)));
            warnings.add(text(random, size));
        }
        return RunReport.builder("cleanup", List.of(RunResult.values()).get(random.nextInt(6)))
                .reason("Reason")
                .message(text(random, size * 20))
                .step(text(random, size))
                .now("2026-11-23T00:00:00Z")
                .startTime("2026-11-23T00:00:00Z")
                .completionTime("2026-11-23T00:00:01Z")
                .attempts(1)
                .counts(counts)
                .steps(steps)
                .warnings(warnings)
                .database("connected")
                .redis("disabled")
                .usage(new RunReport.Usage(random.nextLong(), random.nextLong()))
                .build();
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }
}
