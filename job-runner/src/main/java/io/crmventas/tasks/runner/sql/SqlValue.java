package io.crmventas.tasks.runner.sql;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Locale;
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

    /** As PostgreSQL reads every year, the first being 1 and the one before 1 BC. */
    private static String text(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%sZ%s",
                time.get(ChronoField.YEAR_OF_ERA),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.toLocalTime(),
                time.getYear() > 0 ? "" : " BC");
    }

    private static Array array(PreparedStatement statement, SqlArray array) throws SQLException {
        @Nullable
        Object[] elements = array.values().stream()
                .map(value -> value instanceof Instant instant ? text(instant) : value)
                .toArray();
        return statement.getConnection().createArrayOf(array.type(), elements);
    }
}
