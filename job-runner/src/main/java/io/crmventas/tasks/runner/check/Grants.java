package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import java.util.List;
import java.util.stream.Stream;

/** The least rights of a task's database role, as statements for whoever owns the CRM's tables. */
public final class Grants {
    private Grants() {}

    /**
     * The role's session first, so that the names in a statement of the runner mean the CRM's tables, whatever else is
     * called so in a schema that others may write to. Each statement runs on every CRM: one about a table that a CRM may
     * lack looks for the table first.
     */
    public static List<String> statements(List<TaskType> tasks, String schema, String role) {
        return Stream.concat(
                        Stream.of(
                                "grant usage on schema " + quoted(schema) + " to " + quoted(role),
                                "alter role " + quoted(role) + " set search_path = " + quoted(schema) + ", pg_temp"),
                        tasks.stream()
                                .flatMap(task -> Needs.of(task).stream())
                                .distinct()
                                .map(need -> grant(need, schema, role)))
                .toList();
    }

    private static String grant(Need need, String schema, String role) {
        String table = quoted(schema) + "." + need.table();
        String grant = "grant " + need.privilege()
                + (need.columns().isEmpty() ? "" : " (" + String.join(", ", need.columns()) + ")") + " on " + table
                + " to " + quoted(role);
        return need.optional()
                ? "do $grant$ begin if to_regclass('" + table.replace("'", "''") + "') is not null then " + grant
                        + "; end if; end $grant$"
                : grant;
    }

    static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
