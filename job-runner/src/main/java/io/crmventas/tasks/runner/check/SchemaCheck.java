package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
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
    /** Tables are looked up as every statement of ours finds them: by the session's search path. */
    private static final String LOOK = """
            select n.ord, current_user::text as role,
                   c.oid is not null as present,
                   n.column_name is null or a.attnum is not null as complete,
                   coalesce(case when n.column_name is null then has_table_privilege(c.oid, n.privilege)
                                 else has_column_privilege(c.oid, a.attnum, n.privilege) end, false) as granted,
                   elsewhere.nspname::text as schema,
                   has_schema_privilege(elsewhere.oid, 'usage') as schema_usable, elsewhere.on_path
            from unnest(:tables::text[], :columns::text[], :privileges::text[])
                 with ordinality n (table_name, column_name, privilege, ord)
            cross join (
                select array_agg(case trim(name, ' "') when '$user' then current_user::text else trim(name, ' "') end)
                from unnest(string_to_array(current_setting('search_path'), ',')) name) path (schemas)
            left join pg_class c on c.oid = to_regclass(n.table_name)
            left join pg_attribute a on a.attrelid = c.oid and a.attname = n.column_name
                 and a.attnum > 0 and not a.attisdropped
            left join lateral (
                select s.oid, s.nspname, s.nspname::text = any (path.schemas) as on_path from pg_class t join pg_namespace s on s.oid = t.relnamespace
                where c.oid is null and t.relname = n.table_name and t.relkind in ('r', 'p', 'v', 'm', 'f')
                order by on_path desc, s.nspname limit 1) elsewhere on true
            order by n.ord
            """;

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
        Sql.of(LOOK)
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
            if (!row.get("present", Boolean.class)) {
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
