package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.ParameterReader;

/**
 * @param days how many local days before today are looked at, so that a missed one heals
 * @param language of title and message
 */
public record ReportParameters(int days, Language language) {
    /** Cleanup deletes a report 7 days after it was written. A run that looks further back would write it again. */
    private static final int MOST_DAYS = 7;

    public static ReportParameters parse(JsonNode parameters) {
        ParameterReader reader = new ParameterReader(parameters);
        ReportParameters parsed = new ReportParameters(reader.integer("days", 3, 1, MOST_DAYS), reader.language());
        reader.finish();
        return parsed;
    }
}
