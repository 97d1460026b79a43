package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a task needs, compared with what this session can see and do. One statement looks at all of it. */
public record SchemaCheck(List<Table> tables) {
    private static final SqlFile LOOK = new SqlFile("check/schema.sql");
    private static final SqlFile ROLE = new SqlFile("check/role.sql");

    private record Question(Need need, @Nullable String column) {}

    /** One table as this role and search path see it. */
    public static final class Table {
        final String name;
        private final Set<String> missing = new LinkedHashSet<>();
        private final Set<String> grants = new LinkedHashSet<>();
        boolean present = true;

        private Table(String name) {
            this.name = name;
        }

        boolean usable() {
            return missing.isEmpty() && grants.isEmpty();
        }

        /** What to do about it; empty when nothing is wrong. */
        String advice() {
            if (usable()) {
                return present ? "" : "not in this CRM; what needs it is skipped";
            }
            return String.join("; ", missing.isEmpty() ? grants : missing);
        }

        private void add(Question question, Row row) throws SQLException {
            Need need = question.need();
            String role = Need.quoted(row.get("role", String.class));
            if (!row.get("present", Boolean.class)) {
                present = false;
                addAbsent(need, role, row);
            } else if (need.optional() && row.get("other_owner", Boolean.class)) {
                // The tasks do not use it either: another role's table of the same name is not the CRM's.
                present = false;
            } else if (!row.get("complete", Boolean.class)) {
                missing.add("column " + name + "." + question.column());
            } else if (!row.get("granted", Boolean.class)) {
                grants.add("grant " + need.privilege() + " on " + name + " to " + role);
            }
        }

        private void addAbsent(Need need, String role, Row row) throws SQLException {
            String schema = row.find("schema", String.class);
            if (schema == null) {
                if (!need.optional()) {
                    missing.add("table " + name);
                }
            } else if (need.optional() && !row.get("on_path", Boolean.class)) {
                // It is another application's, and this CRM has none.
                return;
            } else if (!row.get("schema_usable", Boolean.class)) {
                grants.add("grant usage on schema \"" + schema + "\" to " + role);
            } else if (!need.optional()) {
                missing.add("table " + name + " on the search path (it is in schema " + schema
                        + "; add ?options=-csearch_path%3D" + schema + " to the DSN)");
            }
        }
    }

    public static SchemaCheck look(Connection connection, TaskType task) throws SQLException {
        List<Question> questions = new ArrayList<>();
        for (Need need : Need.of(task)) {
            need.columns().forEach(column -> questions.add(new Question(need, column)));
            if (need.columns().isEmpty()) {
                questions.add(new Question(need, null));
            }
        }
        Map<String, Table> tables = new LinkedHashMap<>();
        LOOK.sql()
                .with("tables", "text", questions, question -> question.need().table())
                .with("columns", "text", questions, Question::column)
                .with(
                        "privileges",
                        "text",
                        questions,
                        question -> question.need().privilege())
                .list(connection, row -> {
                    Question question = questions.get(Math.toIntExact(row.get("ord", Long.class)) - 1);
                    tables.computeIfAbsent(question.need().table(), Table::new).add(question, row);
                    return question;
                });
        return new SchemaCheck(List.copyOf(tables.values()));
    }

    public List<String> missing() {
        return distinct(table -> table.missing);
    }

    public List<String> grants() {
        return distinct(table -> table.grants);
    }

    private List<String> distinct(Function<Table, Set<String>> texts) {
        return tables.stream()
                .flatMap(table -> texts.apply(table).stream())
                .distinct()
                .toList();
    }

    /**
     * Whether the role of this session may do more than a task needs. Triggers of the CRM would run with its rights.
     *
     * @param allowed the name of a powerful role that the Secret allows, or empty
     * @return what is wrong and how to fix it
     */
    public static Optional<String> roleFault(Connection connection, String allowed) throws SQLException {
        return ROLE.sql().one(connection, row -> {
            String name = row.get("name", String.class);
            String kind = row.get("superuser", Boolean.class) ? "is a superuser" : "has BYPASSRLS";
            return row.get("powerful", Boolean.class) && !allowed.equals(name)
                    ? Optional.of("role " + name + " " + kind + ", and triggers of the CRM run with its rights;"
                            + " create an ordinary role with the statements of \"grants all\", or write "
                            + RunnerEnvironment.POSTGRES_PRIVILEGED_ROLE + "=" + name + " beside the DSN")
                    : Optional.empty();
        });
    }
}
