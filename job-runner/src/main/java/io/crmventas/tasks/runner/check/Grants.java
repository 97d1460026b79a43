package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import java.util.List;

/** The least rights of a task's database role, as statements for whoever owns the CRM's tables. */
public final class Grants {
    private Grants() {}

    /** For a CRM that has all tables; on another, leave out what it has not. */
    public static List<String> statements(TaskType task, String role) {
        return Needs.of(task).stream()
                .map(need -> "grant " + need.privilege()
                        + (need.columns().isEmpty() ? "" : " (" + String.join(", ", need.columns()) + ")") + " on "
                        + need.table() + " to " + quoted(role))
                .toList();
    }

    /** Names mean the CRM's tables, whatever else is called so in a schema that others may write to. */
    public static List<String> session(String schema, String role) {
        return List.of(
                "grant usage on schema " + quoted(schema) + " to " + quoted(role),
                "alter role " + quoted(role) + " set search_path = " + quoted(schema) + ", pg_temp");
    }

    static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
