package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A statement with named parameters such as {@code :now}. A value never becomes part of its text. */
public final class Sql {
    /** This pattern matches quoted text, comments and casts first, so that a colon in them starts no name. */
    private static final Pattern NAME = Pattern.compile("'[^']*'|\"[^\"]*\"|--[^\\n]*|::|:([a-z][a-zA-Z0-9_]*)");

    private record Column(String type, List<@Nullable Object> elements) {}

    private final String text;
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private Sql(String text) {
        this.text = text;
    }

    public static Sql of(String text) {
        return new Sql(text);
    }

    /** @param value a String, number, boolean, UUID or Instant */
    public Sql with(String name, @Nullable Object value) {
        values.put(name, value);
        return this;
    }

    /**
     * Binds one column of rows as an array: {@code unnest(:ids::text[], …)}.
     *
     * @param type the SQL type of the elements, such as {@code timestamptz}
     */
    public <R> Sql with(String name, String type, Collection<R> rows, Function<R, ? extends @Nullable Object> column) {
        return with(
                name,
                new Column(type, rows.stream().<@Nullable Object>map(column).toList()));
    }

    @FunctionalInterface
    public interface Reader<T extends @Nullable Object> {
        T read(Row row) throws SQLException;
    }

    public <T extends @Nullable Object> List<T> list(Connection connection, Reader<T> reader) throws SQLException {
        try (PreparedStatement statement = prepare(connection);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            Row row = new Row(rows);
            while (rows.next()) {
                all.add(reader.read(row));
            }
            return all;
        } catch (PSQLException error) {
            throw located(error, connection);
        }
    }

    public <T> Optional<T> first(Connection connection, Reader<T> reader) throws SQLException {
        return list(connection, reader).stream().findFirst();
    }

    /** Call only for a statement that returns one row on every database. */
    public <T extends @Nullable Object> T one(Connection connection, Reader<T> reader) throws SQLException {
        return list(connection, reader).getFirst();
    }

    public int update(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection)) {
            return statement.executeUpdate();
        } catch (PSQLException error) {
            throw located(error, connection);
        }
    }

    /** Lets PostgreSQL plan the statement with no values. This finds what it would refuse, and changes nothing. */
    public void explain(Connection connection) throws SQLException {
        Sql plan = new Sql("explain " + text);
        List<String> names = new ArrayList<>();
        positional(names);
        names.forEach(name -> plan.with(name, null));
        plan.list(connection, row -> row);
    }

    /** Adds the line of the statement, as psql does, because an error about a type names no column. */
    private SQLException located(PSQLException error, Connection connection) throws SQLException {
        ServerErrorMessage server = error.getServerErrorMessage();
        if (server == null || server.getPosition() == 0) {
            return error;
        }
        // The server counts the characters of the text that the driver sends.
        String sent = connection.nativeSQL(positional(new ArrayList<>()));
        String line = sent.substring(sent.lastIndexOf('\n', server.getPosition() - 1) + 1)
                .lines()
                .findFirst()
                .orElse("");
        return new SQLException(
                server.getSeverity() + ": " + server.getMessage() + " in \"" + line.strip() + "\"",
                error.getSQLState());
    }

    private String positional(List<String> names) {
        return NAME.matcher(text).replaceAll(found -> {
            if (found.group(1) == null) {
                return Matcher.quoteReplacement(found.group());
            }
            names.add(found.group(1));
            return "?";
        });
    }

    private PreparedStatement prepare(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        PreparedStatement statement = connection.prepareStatement(positional(names));
        try {
            for (int i = 0; i < names.size(); i++) {
                if (!values.containsKey(names.get(i))) {
                    throw new IllegalStateException("Nothing is bound to :" + names.get(i));
                }
                bind(statement, i + 1, values.get(names.get(i)));
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /** Sends instants with an offset, so that the session's time zone never matters. */
    // Java links a switch over types when it is first used, which costs every run some milliseconds.
    @SuppressWarnings("IfChainToSwitch")
    private static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof Instant instant) {
            statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
        } else if (value instanceof Column column) {
            Object[] elements = column.elements().toArray();
            statement.setArray(index, statement.getConnection().createArrayOf(column.type(), elements));
        } else {
            statement.setObject(index, value);
        }
    }
}
