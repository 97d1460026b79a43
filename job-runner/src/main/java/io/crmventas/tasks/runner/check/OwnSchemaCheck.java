package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The schema of our own, which every task can do without. */
final class OwnSchemaCheck {
    private static final String LOOK = """
            select current_user::text as role, count(*) = cardinality(:tables::text[]) as present, coalesce(bool_and(
                has_schema_privilege(s.oid, 'usage') and has_table_privilege(t.oid, 'select')
                and has_table_privilege(t.oid, 'insert') and has_table_privilege(t.oid, 'update')
                and has_table_privilege(t.oid, 'delete')
                and coalesce(has_column_privilege(to_regclass(:read), 'xmin', 'select'), :read::text is null)), false) as usable
            from pg_namespace s
            join pg_class t on t.relnamespace = s.oid and t.relname = any (:tables::text[])
            where s.nspname = 'crm_tasks'""";

    private OwnSchemaCheck() {}

    static Checkup.Line memory(Connection connection, String task) throws SQLException {
        return look(
                connection,
                task,
                List.of("conversations", "conversations_read"),
                "chat_messages",
                "metrics-refresh reads only what changed",
                Grants::memory);
    }

    static Checkup.Line trace(Connection connection) throws SQLException {
        return look(
                connection,
                null,
                List.of("task_runs"),
                null,
                "an end whose pod was lost is still known",
                Grants::trace);
    }

    private static Checkup.Line look(
            Connection connection,
            @Nullable String task,
            List<String> tables,
            @Nullable String read,
            String use,
            Function<String, List<String>> grants)
            throws SQLException {
        String what = "crm_tasks." + tables.getFirst();
        return Sql.of(LOOK)
                .with("tables", SqlArray.of("text", tables, name -> name))
                .with("read", read)
                .list(connection, row -> {
                    if (!row.get("present", Boolean.class)) {
                        return new Checkup.Line(task, what, Checkup.ABSENT, "optional; run migrate, so that " + use);
                    }
                    return row.get("usable", Boolean.class)
                            ? new Checkup.Line(task, what, Checkup.OK, "")
                            : new Checkup.Line(
                                    task,
                                    what,
                                    Checkup.ADVICE,
                                    String.join("; ", grants.apply(row.get("role", String.class))));
                })
                .getFirst();
    }
}
