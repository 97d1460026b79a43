package io.crmventas.tasks.runner.task.model;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows for one table, which one statement inserts. */
final class TableRows<R> {
    private record Column<R>(String name, String type, Function<R, ? extends @Nullable Object> value) {}

    private final String table;
    private final List<R> rows;
    private final List<Column<R>> columns = new ArrayList<>();

    TableRows(String table, List<R> rows) {
        this.table = table;
        this.rows = rows;
    }

    TableRows<R> column(String name, String type, Function<R, ? extends @Nullable Object> value) {
        columns.add(new Column<>(name, type, value));
        return this;
    }

    void insert(Connection connection) throws SQLException {
        List<String> names = columns.stream().map(Column::name).toList();
        List<String> arrays = columns.stream()
                .map(column -> ":" + column.name() + "::" + column.type() + "[]")
                .toList();
        Sql sql = Sql.of("insert into " + table + " (" + String.join(", ", names) + ") select * from unnest("
                + String.join(", ", arrays) + ")");
        for (Column<R> column : columns) {
            sql.with(column.name(), column.type(), rows, column.value());
        }
        sql.update(connection);
    }
}
