package io.crmventas.tasks.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
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
 * Writes and reads the JSON of a {@link RunReport}. The kubelet cuts a longer termination message in its middle, and
 * the rest is no JSON. So this class first removes the least important parts of a report that is too long: messages of
 * steps, warnings, steps, and the end of its message.
 */
public final class RunReportCodec {
    /** The node truncates a longer message of containers[].terminationMessagePath to 4096 bytes. */
    public static final int MAX_BYTES = 4096;

    private static final int SHORT = 160;

    private RunReportCodec() {}

    /** This class is separate, so that a process that only writes reports, such as the runner, never loads it. */
    private static final class Reader {
        static final ObjectMapper JSON = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // Text after a report, or a second result in it, can contradict its first result.
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** Returns the JSON of the whole report, without a limit of its length. */
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

    /** Returns empty when the text is not a report. The caller must then treat the result as unknown. */
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

    // Jackson fills records from foreign JSON, so a component with a non-null type can be null here.
    @SuppressWarnings("RedundantNullCheck")
    private static boolean valid(@Nullable RunReport report) {
        return report != null
                && report.version() >= 1
                && report.task() != null
                && report.result() != null
                && report.result() != RunResult.UNKNOWN;
    }

    private static RunReport reduce(RunReport report, int stage) {
        List<StepReport> steps = report.steps() == null ? List.of() : report.steps();
        List<String> warnings = report.warnings() == null ? List.of() : report.warnings();
        return switch (stage) {
            case 1 ->
                report.shortened(cutIfPresent(report.message(), 1024), shortSteps(steps), shortTexts(warnings, 12));
            case 2 ->
                report.shortened(
                        cutIfPresent(report.message(), 1024),
                        steps.stream().map(StepReport::withoutMessage).toList(),
                        shortTexts(warnings, 5));
            case 3 -> report.shortened(cutIfPresent(report.message(), 1024), null, shortTexts(warnings, 2));
            case 4 -> report.shortened(cutIfPresent(report.message(), 512), null, null);
            case 5 -> report.shortened(cutIfPresent(report.message(), SHORT), null, null);
            // Only names, counts or reasons of absurd length can remain, so we keep only how the run ended.
            default ->
                report.shortened(cutIfPresent(report.message(), SHORT), null, null).toBuilder()
                        .task(String.valueOf(cutIfPresent(report.task(), 63)))
                        .reason(cutIfPresent(report.reason(), 64))
                        .step(cutIfPresent(report.step(), 64))
                        .now(cutIfPresent(report.now(), 40))
                        .startTime(cutIfPresent(report.startTime(), 40))
                        .completionTime(cutIfPresent(report.completionTime(), 40))
                        .counts(Map.of())
                        .database(cutIfPresent(report.database(), 16))
                        .redis(cutIfPresent(report.redis(), 16))
                        .build();
        };
    }

    private static List<StepReport> shortSteps(List<StepReport> steps) {
        return steps.stream()
                .map(step ->
                        new StepReport(step.name(), step.outcome(), step.millis(), cutIfPresent(step.message(), SHORT)))
                .toList();
    }

    private static List<String> shortTexts(List<String> texts, int most) {
        List<String> kept = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(most, texts.size()))) {
            kept.add(String.valueOf(cutIfPresent(text, SHORT)));
        }
        if (texts.size() > most) {
            kept.add("and " + (texts.size() - most) + " more");
        }
        return kept;
    }

    private static @Nullable String cutIfPresent(@Nullable String text, int most) {
        return text == null ? null : cut(text, most);
    }

    /**
     * Returns the text, or its beginning and an ellipsis. It counts code points: half a surrogate pair is not UTF-8.
     *
     * @param most the largest number of characters of the result
     */
    public static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    private static boolean tooLong(String json) {
        return json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    }
}
