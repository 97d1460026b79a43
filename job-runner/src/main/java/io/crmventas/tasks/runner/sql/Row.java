package io.crmventas.tasks.runner.sql;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Reads the columns of one row by name, as String, Integer, Long, BigDecimal, Boolean, UUID or Instant. */
public record Row(ResultSet columns) {
    /** Reads a column that the statement keeps from being null. */
    public <T> T get(String column, Class<T> type) throws SQLException {
        T value = find(column, type);
        if (value == null) {
            throw new IllegalStateException("Column " + column + " is null, which the statement rules out");
        }
        return value;
    }

    public <T> @Nullable T find(String column, Class<T> type) throws SQLException {
        if (type == Instant.class) {
            // java.sql.Timestamp would depend on the JVM's zone.
            OffsetDateTime time = columns.getObject(column, OffsetDateTime.class);
            return time == null ? null : type.cast(time.toInstant());
        }
        if (type != String.class) {
            return columns.getObject(column, type);
        }
        // The driver makes a String of any column, jsonb too, but only by its own method.
        String text = columns.getString(column);
        return text == null ? null : type.cast(decoded(columns.getStatement().getConnection(), text));
    }

    /**
     * A database in SQL_ASCII keeps bytes and knows no encoding. For such a database {@code settings.sql} sets the client's
     * encoding to LATIN1. Every byte is a character there, so the server refuses none. This method reads bytes that are
     * UTF-8 as UTF-8, and all others as Latin-1. The driver always sends UTF-8.
     */
    private static String decoded(Connection connection, String text) throws SQLException {
        boolean ascii = text.chars().allMatch(character -> character < 0x80);
        return ascii || !"LATIN1".equals(connection.unwrap(PGConnection.class).getParameterStatus("client_encoding"))
                ? text
                : decoded(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String decoded(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (bytes.get() & 0xff));
            }
            result = decoder.reset().decode(bytes, text, true);
        }
        return text.flip().toString();
    }
}
