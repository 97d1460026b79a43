package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.JsonText;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What happened on one day of one tenant.
 *
 * @param date as yyyy-mm-dd
 * @param bestSeller name of the best seller, if there is one
 * @param metadata the report's figures, as the notification keeps them
 * @param screen the keys that the CRM's screen reads beside them
 */
record Figures(ReportDay reportDay, String date, @Nullable String bestSeller, ObjectNode metadata, ObjectNode screen) {
    static Figures read(Row row) throws SQLException {
        ObjectNode metadata = object(row.get("figures", String.class));
        return new Figures(
                ReportDay.read(row),
                metadata.path("date").asText(),
                row.find("best_seller", String.class),
                metadata,
                object(row.get("screen", String.class)));
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) JsonText.read(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("PostgreSQL's jsonb is always JSON", impossible);
        }
    }
}
