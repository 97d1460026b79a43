package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the metadata of the reports by notification id. Numbers are plain text. */
final class StoredReports {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private StoredReports() {}

    static Map<String, Map<String, @Nullable Object>> read(Connection connection) throws SQLException {
        Map<String, Map<String, @Nullable Object>> reports = new TreeMap<>();
        Sql.of("select id, metadata::text as metadata from notifications where metadata ->> 'kind' = 'daily_report'")
                .list(
                        connection,
                        row -> reports.put(
                                row.get("id", String.class), plain(parse(row.get("metadata", String.class)))));
        return reports;
    }

    static Map<String, @Nullable Object> plain(Map<String, @Nullable Object> metadata) {
        Map<String, @Nullable Object> plain = new TreeMap<>();
        metadata.forEach((key, value) -> plain.put(key, TaskTrial.plain(value)));
        return plain;
    }

    static Map<String, @Nullable Object> parse(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
