package io.crmventas.tasks.runner.sql;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** How a Java value becomes a parameter. Instants travel with an offset, so the session's time zone never matters. */
final class SqlValue {
    private SqlValue() {}

    // A switch over types is linked when it is first used, which costs every run some milliseconds.
    @SuppressWarnings("IfChainToSwitch")
    static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof Instant instant) {
            statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
        } else if (value instanceof SqlArray array) {
            statement.setArray(index, array(statement, array));
        } else {
            statement.setObject(index, value);
        }
    }

    private static Array array(PreparedStatement statement, SqlArray array) throws SQLException {
        @Nullable
        Object[] elements = array.values().stream()
                .map(value -> value instanceof Instant instant ? instant.toString() : value)
                .toArray();
        return statement.getConnection().createArrayOf(array.type(), elements);
    }
}
