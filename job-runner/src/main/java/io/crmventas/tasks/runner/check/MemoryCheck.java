package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** The schema of our own, which metrics-refresh can do without. */
final class MemoryCheck {
    private static final String LOOK = """
            select current_user::text as role, coalesce(bool_and(
                has_schema_privilege(s.oid, 'usage') and has_table_privilege(t.oid, 'select')
                and has_table_privilege(t.oid, 'insert') and has_table_privilege(t.oid, 'update')
                and has_table_privilege(t.oid, 'delete')
                and has_column_privilege('chat_messages', 'xmin', 'select')), false) as usable, count(*) = 2 as present
            from pg_namespace s
            join pg_class t on t.relnamespace = s.oid and t.relname in ('conversations', 'conversations_read')
            where s.nspname = 'crm_tasks'""";

    private MemoryCheck() {}

    static Checkup.Line look(Connection connection, String task) throws SQLException {
        return Sql.of(LOOK)
                .list(connection, row -> {
                    if (!row.get("present", Boolean.class)) {
                        return new Checkup.Line(
                                task,
                                "schema crm_tasks",
                                "absent",
                                "optional; run migrate, so that metrics-refresh reads only what changed");
                    }
                    return row.get("usable", Boolean.class)
                            ? new Checkup.Line(task, "schema crm_tasks", "ok", "")
                            : new Checkup.Line(
                                    task,
                                    "schema crm_tasks",
                                    "advice",
                                    String.join("; ", Grants.memory(row.get("role", String.class))));
                })
                .getFirst();
    }
}
