package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of {@code seller_metrics} by column name, without the ids. Numbers are plain text. */
record MetricsRows(List<Map<String, @Nullable Object>> rows) {
    static MetricsRows read(Connection connection) throws SQLException {
        return new MetricsRows(Sql.of("select * from seller_metrics order by seller_id, metrics_period_start")
                .list(connection, row -> {
                    Map<String, @Nullable Object> columns = new TreeMap<>();
                    ResultSetMetaData metadata = row.columns().getMetaData();
                    for (int i = 1; i <= metadata.getColumnCount(); i++) {
                        String name = metadata.getColumnName(i);
                        if (metadata.getColumnTypeName(i).equals("timestamptz")) {
                            columns.put(name, row.find(name, Instant.class));
                        } else if (!name.equals("id")) {
                            columns.put(name, row.columns().getObject(i));
                        }
                    }
                    return plain(columns);
                }));
    }

    static MetricsRows of(List<Map<String, @Nullable Object>> expected) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Map<String, @Nullable Object> row : expected) {
            rows.add(plain(row));
        }
        return new MetricsRows(rows);
    }

    Map<String, @Nullable Object> of(UUID seller) {
        return rows.stream()
                .filter(row -> seller.toString().equals(row.get("seller_id")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, @Nullable Object> plain(Map<String, @Nullable Object> row) {
        Map<String, @Nullable Object> plain = new TreeMap<>();
        row.forEach((column, value) -> plain.put(column, TaskTrial.plain(value)));
        return plain;
    }
}
