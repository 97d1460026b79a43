package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the access that a task needs with what this session may do. One statement reads all of it. */
public record SchemaCheck(List<Table> tables) {
    private static final SqlFile LOOK = new SqlFile("check/schema.sql");
    private static final SqlFile ROLE = new SqlFile("check/role.sql");

    /**
     * One table, as this session finds it.
     *
     * @param missing the table or the columns that do not exist
     * @param grants the statements that give this role the privileges that it lacks
     */
    record Table(String name, boolean present, List<String> missing, List<String> grants) {
        boolean usable() {
            return missing.isEmpty() && grants.isEmpty();
        }

        /** Returns what to do about the table; empty when nothing is wrong. */
        String advice() {
            if (usable()) {
                return present ? "" : "the owner of table tenants has no such table; a task skips what needs it";
            }
            return String.join("; ", missing.isEmpty() ? grants : missing);
        }
    }

    public static SchemaCheck look(Connection connection, TaskType task) throws SQLException {
        List<RequiredAccess> needs = RequiredAccess.of(task);
        return new SchemaCheck(LOOK.sql()
                .with("tables", "text", needs, RequiredAccess::table)
                .with("columns", "text", needs, need -> String.join(" ", need.columns()))
                .with("privileges", "text", needs, RequiredAccess::privilege)
                .with("optional", "boolean", needs, RequiredAccess::optional)
                .list(
                        connection,
                        row -> new Table(
                                row.get("table_name", String.class),
                                row.get("present", Boolean.class),
                                lines(row.find("missing", String.class)),
                                lines(row.find("grants", String.class)))));
    }

    private static List<String> lines(@Nullable String text) {
        return text == null ? List.of() : text.lines().distinct().toList();
    }

    public Set<String> absentTables() {
        return tables.stream()
                .filter(table -> !table.present())
                .map(Table::name)
                .collect(Collectors.toSet());
    }

    /** Returns why the task cannot run here; empty when it can. */
    public Optional<Failure> fault() {
        String missing = listed("missing: ", Table::missing);
        String grants = listed("not granted; run: ", Table::grants);
        String text = Stream.of(missing, grants).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
        FailureReason reason = missing.isEmpty() ? FailureReason.PERMISSION_DENIED : FailureReason.SCHEMA_MISMATCH;
        return text.isEmpty() ? Optional.empty() : Optional.of(new Failure(reason, text));
    }

    private String listed(String label, Function<Table, List<String>> texts) {
        String list = tables.stream()
                .flatMap(table -> texts.apply(table).stream())
                .distinct()
                .collect(Collectors.joining("; "));
        return list.isEmpty() ? "" : label + list;
    }

    /**
     * Returns why the runner refuses this role; empty when it accepts the role. Triggers of the CRM would run with the
     * privileges of a powerful role.
     *
     * @param allowed the name of a powerful role that the Secret allows, or empty
     */
    public static Optional<Failure> roleFault(Connection connection, String allowed) throws SQLException {
        return ROLE.sql().with("allowed", allowed).first(connection, row -> {
            String name = row.get("name", String.class);
            return new Failure(
                    FailureReason.DATABASE_ROLE_REFUSED,
                    "role " + name + " " + row.get("power", String.class) + ", and triggers of the CRM run with its"
                            + " permissions; create an ordinary role with the statements of \"grants all\", or write "
                            + RunnerEnvironment.POSTGRES_PRIVILEGED_ROLE + "=" + name + " beside the DSN");
        });
    }
}
