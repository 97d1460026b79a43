package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what a task needs with what this session can see and do, in one statement and without guessing. */
public final class SchemaCheck {
    private static final SqlFile LOOK = new SqlFile("check/schema.sql");

    private record Question(Need need, @Nullable String column) {}

    /** One session's view of all that a task needs. */
    public record Findings(List<TableFinding> tables) {
        public List<String> missing() {
            return tables.stream()
                    .flatMap(table -> table.missing().stream())
                    .distinct()
                    .toList();
        }

        public List<String> grants() {
            return tables.stream()
                    .flatMap(table -> table.grants().stream())
                    .distinct()
                    .toList();
        }
    }

    private SchemaCheck() {}

    public static Findings look(Connection connection, TaskType task) throws SQLException {
        List<Question> questions = new ArrayList<>();
        for (Need need : Needs.of(task)) {
            need.columns().forEach(column -> questions.add(new Question(need, column)));
            if (need.columns().isEmpty()) {
                questions.add(new Question(need, null));
            }
        }
        Map<String, Table> tables = new LinkedHashMap<>();
        LOOK.sql()
                .with(
                        "tables",
                        SqlArray.of(
                                "text", questions, question -> question.need().table()))
                .with("columns", SqlArray.of("text", questions, Question::column))
                .with(
                        "privileges",
                        SqlArray.of(
                                "text", questions, question -> question.need().privilege()))
                .list(connection, row -> {
                    Question question = questions.get(Math.toIntExact(row.get("ord", Long.class)) - 1);
                    tables.computeIfAbsent(question.need().table(), name -> new Table(question.need()))
                            .take(question, row);
                    return question;
                });
        return new Findings(tables.values().stream().map(Table::finding).toList());
    }

    /** Gathers the answers about one table. */
    private static final class Table {
        private final Need need;
        private final Set<String> missing = new LinkedHashSet<>();
        private final Set<String> grants = new LinkedHashSet<>();
        private boolean present = true;

        private Table(Need need) {
            this.need = need;
        }

        private void take(Question question, Row row) throws SQLException {
            String table = need.table();
            String role = Grants.quoted(row.get("role", String.class));
            if (need.optional() && row.get("present", Boolean.class) && row.get("other_owner", Boolean.class)) {
                // The tasks do not use it either: another role's table of the same name is not the CRM's.
                present = false;
            } else if (!row.get("present", Boolean.class)) {
                present = false;
                String schema = row.find("schema", String.class);
                if (schema == null) {
                    if (!need.optional()) {
                        missing.add("table " + table);
                    }
                } else if (need.optional() && !row.get("on_path", Boolean.class)) {
                    // Another application's: this CRM has none.
                    return;
                } else if (!row.get("schema_usable", Boolean.class)) {
                    grants.add("grant usage on schema \"" + schema + "\" to " + role);
                } else if (!need.optional()) {
                    missing.add("table " + table + " on the search path (it is in schema " + schema
                            + "; add ?options=-csearch_path%3D" + schema + " to the DSN)");
                }
            } else if (!row.get("complete", Boolean.class)) {
                missing.add("column " + table + "." + question.column());
            } else if (!row.get("granted", Boolean.class)) {
                grants.add("grant " + question.need().privilege() + " on " + table + " to " + role);
            }
        }

        private TableFinding finding() {
            return new TableFinding(need.table(), need.optional(), present, List.copyOf(missing), List.copyOf(grants));
        }
    }
}
