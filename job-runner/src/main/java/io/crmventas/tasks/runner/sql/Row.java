package io.crmventas.tasks.runner.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** One row, read by column name as String, Integer, Long, BigDecimal, Boolean, UUID or Instant. */
public record Row(ResultSet columns) {
    /** For a column that the statement keeps from being null. */
    public <T> T get(String column, Class<T> type) throws SQLException {
        T value = find(column, type);
        if (value == null) {
            throw new IllegalStateException("Column " + column + " is null, which the statement rules out");
        }
        return value;
    }

    public <T> @Nullable T find(String column, Class<T> type) throws SQLException {
        if (type == Instant.class) {
            // By way of an offset: java.sql.Timestamp would depend on the JVM's zone.
            OffsetDateTime time = columns.getObject(column, OffsetDateTime.class);
            return time == null ? null : type.cast(time.toInstant());
        }
        if (type != String.class) {
            return columns.getObject(column, type);
        }
        // The driver makes a String of any column, jsonb too, but only by its own method.
        String text = columns.getString(column);
        return text == null
                ? null
                : type.cast(DatabaseText.decoded(columns.getStatement().getConnection(), text));
    }
}
