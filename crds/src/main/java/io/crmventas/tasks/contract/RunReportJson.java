package io.crmventas.tasks.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON that Jackson's databind would write of a {@link RunReport}. The code is written by hand, because
 * reading the annotations would load hundreds of classes at the end of every run.
 */
final class RunReportJson {
    private static final JsonFactory JSON = new JsonFactory();

    private RunReportJson() {}

    static String write(RunReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("version", report.version());
            text(json, "task", report.task());
            json.writeStringField("result", report.result().text());
            text(json, "reason", report.reason());
            text(json, "message", report.message());
            text(json, "step", report.step());
            text(json, "now", report.now());
            text(json, "startTime", report.startTime());
            text(json, "completionTime", report.completionTime());
            json.writeBooleanField("dryRun", report.dryRun());
            json.writeNumberField("attempts", report.attempts());
            counts(json, report.counts() == null ? Map.of() : report.counts());
            steps(json, report.steps() == null ? List.of() : report.steps());
            warnings(json, report.warnings() == null ? List.of() : report.warnings());
            text(json, "database", report.database());
            text(json, "redis", report.redis());
            if (report.usage() != null) {
                json.writeObjectFieldStart("usage");
                json.writeNumberField("cpuMillis", report.usage().cpuMillis());
                json.writeNumberField("peakMemoryBytes", report.usage().peakMemoryBytes());
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException("A run report is plain data and always has a JSON form", impossible);
        }
        return text.toString();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void counts(JsonGenerator json, Map<String, Long> counts) throws IOException {
        if (counts.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("counts");
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private static void steps(JsonGenerator json, List<StepReport> steps) throws IOException {
        if (steps.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("steps");
        for (StepReport step : steps) {
            json.writeStartObject();
            json.writeStringField("name", step.name());
            json.writeStringField("outcome", step.outcome());
            json.writeNumberField("millis", step.millis());
            if (step.message() != null) {
                json.writeStringField("message", step.message());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void warnings(JsonGenerator json, List<String> warnings) throws IOException {
        if (warnings.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("warnings");
        for (String warning : warnings) {
            json.writeString(warning);
        }
        json.writeEndArray();
    }
}
