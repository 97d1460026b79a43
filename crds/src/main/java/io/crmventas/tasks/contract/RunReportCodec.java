package io.crmventas.tasks.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON of a {@link RunReport}, never longer than the kubelet keeps. A longer message would be cut in its middle and
 * no longer be JSON, so what matters least goes first: steps' messages, warnings, steps, then the message's
 * tail.
 */
public final class RunReportCodec {
    /** Kubernetes: containers[].terminationMessagePath, "will be truncated by the node if greater than 4096 bytes". */
    public static final int MAX_BYTES = 4096;

    private static final int SHORT = 160;

    private RunReportCodec() {}

    /** Apart, because who only writes never needs it. */
    private static final class Reader {
        static final ObjectMapper JSON = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
    }

    /** However long it is. */
    public static String whole(RunReport report) {
        return RunReportJson.write(report);
    }

    public static String encode(RunReport report) {
        String json = RunReportJson.write(report);
        for (int stage = 1; tooLong(json) && stage <= 6; stage++) {
            json = RunReportJson.write(reduce(report, stage));
        }
        return json;
    }

    /** Empty when the text is not a report: the caller says so, and never guesses a result. */
    public static Optional<RunReport> decode(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            RunReport report = Reader.JSON.readValue(text, RunReport.class);
            return valid(report) ? Optional.of(report) : Optional.empty();
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    // Jackson fills records from foreign JSON, so what the types call non-null can be null here.
    @SuppressWarnings("RedundantNullCheck")
    private static boolean valid(@Nullable RunReport report) {
        return report != null && report.version() >= 1 && report.task() != null && report.result() != null;
    }

    private static RunReport reduce(RunReport report, int stage) {
        List<StepReport> steps = report.steps() == null ? List.of() : report.steps();
        List<String> warnings = report.warnings() == null ? List.of() : report.warnings();
        return switch (stage) {
            case 1 -> report.shortened(cut(report.message(), 1024), shortSteps(steps), shortTexts(warnings, 12));
            case 2 ->
                report.shortened(
                        cut(report.message(), 1024),
                        steps.stream().map(StepReport::withoutMessage).toList(),
                        shortTexts(warnings, 5));
            case 3 -> report.shortened(cut(report.message(), 1024), null, shortTexts(warnings, 2));
            case 4 -> report.shortened(cut(report.message(), 512), null, null);
            case 5 -> report.shortened(cut(report.message(), SHORT), null, null);
            // Only absurd names, counts or reasons can be left: keep what says how the run ended.
            default ->
                report.shortened(cut(report.message(), SHORT), null, null).toBuilder()
                        .task(String.valueOf(cut(report.task(), 63)))
                        .reason(cut(report.reason(), 64))
                        .step(cut(report.step(), 64))
                        .now(cut(report.now(), 40))
                        .startTime(cut(report.startTime(), 40))
                        .completionTime(cut(report.completionTime(), 40))
                        .counts(Map.of())
                        .database(cut(report.database(), 16))
                        .redis(cut(report.redis(), 16))
                        .build();
        };
    }

    private static List<StepReport> shortSteps(List<StepReport> steps) {
        return steps.stream()
                .map(step -> new StepReport(step.name(), step.outcome(), step.millis(), cut(step.message(), SHORT)))
                .toList();
    }

    private static List<String> shortTexts(List<String> texts, int most) {
        List<String> kept = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(most, texts.size()))) {
            kept.add(String.valueOf(cut(text, SHORT)));
        }
        if (texts.size() > most) {
            kept.add("and " + (texts.size() - most) + " more");
        }
        return kept;
    }

    /** By code points: half a surrogate pair is not UTF-8. */
    private static @Nullable String cut(@Nullable String text, int most) {
        if (text == null || text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    private static boolean tooLong(String json) {
        return json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    }
}
