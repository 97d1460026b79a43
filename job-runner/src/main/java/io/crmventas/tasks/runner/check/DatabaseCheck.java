package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks whether tasks could run now. It changes nothing. */
public final class DatabaseCheck {
    private static final String CONNECTION = "connection";
    private static final SqlFile CONSTRAINTS = new SqlFile("check/constraints.sql");
    private static final SqlFile NOW = new SqlFile("run/now.sql");
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private enum Verdict {
        OK,
        /** An optional table is missing. */
        ABSENT,
        /** An index would make the task faster. The task runs without it. */
        ADVICE,
        FAILED
    }

    /**
     * The result of one check.
     *
     * @param task the task; null when the line concerns all of them
     * @param what the table, statement or index, or {@code connection}
     * @param advice the observation, and what to do about it
     */
    private record Line(@Nullable String task, String what, Verdict verdict, String advice) {}

    private final List<Line> lines = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    private DatabaseCheck() {}

    /** @param limit the time that the whole check may take */
    public static DatabaseCheck run(Connector connector, List<CrmTask> tasks, Duration limit) {
        DatabaseCheck checkup = new DatabaseCheck();
        Duration longest = Collections.min(List.of(limit, LONGEST));
        try (Connection connection = connector.open(longest)) {
            checkup.look(connection, connector, tasks, longest);
        } catch (SQLException | RuntimeException error) {
            Failure failure = Failure.of(error);
            checkup.add(null, CONNECTION, Verdict.FAILED, failure.reason() + ": " + failure.message());
            checkup.failures.add(failure);
        }
        return checkup;
    }

    private void look(Connection connection, Connector connector, List<CrmTask> tasks, Duration longest)
            throws SQLException {
        add(
                null,
                CONNECTION,
                Verdict.OK,
                "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
        Optional<Failure> roleFault =
                SchemaCheck.roleFault(connection, connector.target().allowedRole());
        if (roleFault.isPresent()) {
            // The rest of the check adds rows, which would start triggers of the CRM.
            fail(null, "role", roleFault.get());
            return;
        }
        Transactions transactions = new Transactions(connection, true, started -> {
            // If both were equal, the server would report a wait for a lock as a cancelled statement.
            Transactions.limit(started, longest, longest.dividedBy(2));
            return true;
        });
        for (CrmTask task : tasks) {
            look(task, transactions);
        }
    }

    private void look(CrmTask task, Transactions transactions) throws SQLException {
        SchemaCheck schema = transactions.run(connection -> schema(connection, task));
        Optional<Failure> fault = schema.fault();
        if (fault.isPresent()) {
            failures.add(fault.get());
        } else {
            refusal(transactions, task, schema.absentTables())
                    .ifPresent(refused -> fail(task.type().id(), String.valueOf(refused.step()), refused));
        }
    }

    private SchemaCheck schema(Connection connection, CrmTask task) throws SQLException {
        String name = task.type().id();
        SchemaCheck schema = SchemaCheck.look(connection, task.type());
        for (SchemaCheck.Table table : schema.tables()) {
            Verdict usable = table.present() ? Verdict.OK : Verdict.ABSENT;
            add(name, table.name(), table.usable() ? usable : Verdict.FAILED, table.advice());
        }
        for (IndexAdvice index : IndexAdvice.of(task.type())) {
            index.statementIfMissing(connection)
                    .ifPresent(statement -> add(name, "index on " + index.table(), Verdict.ADVICE, statement));
        }
        return schema;
    }

    /**
     * Lets PostgreSQL plan every statement of a task, and adds a row of each kind that the task writes. Each of
     * them is a transaction of its own, which is rolled back.
     *
     * @return a failure whose step names the statement's file, or the rows of the task
     */
    private static Optional<Failure> refusal(Transactions transactions, CrmTask task, Set<String> absentTables)
            throws SQLException {
        Dialect dialect = transactions.run(connection -> Dialect.read(connection, absentTables));
        for (SqlFile file : task.statements(absentTables)) {
            Optional<Failure> refused = refusal(transactions, "statement " + file.path(), connection -> {
                file.sql(dialect).explain(connection);
                return null;
            });
            if (refused.isPresent()) {
                return refused;
            }
        }
        return refusal(transactions, "rows", connection -> {
            task.probe(connection, NOW.sql().one(connection, row -> row.get("now", Instant.class)), absentTables);
            CONSTRAINTS.sql().update(connection);
            return null;
        });
    }

    private static Optional<Failure> refusal(
            Transactions transactions, String what, Transactions.Work<@Nullable Void> work) throws SQLException {
        try {
            transactions.run(work);
            return Optional.empty();
        } catch (SQLException error) {
            Failure failure = Failure.of(error);
            if (failure.reason().transientFault()) {
                throw error;
            }
            return Optional.of(failure.at(what));
        }
    }

    private void add(@Nullable String task, String what, Verdict verdict, String advice) {
        lines.add(new Line(task, what, verdict, advice));
    }

    private void fail(@Nullable String task, String what, Failure failure) {
        add(task, what, Verdict.FAILED, failure.message());
        failures.add(failure);
    }

    public boolean connected() {
        return lines.getFirst().verdict() == Verdict.OK;
    }

    /** Returns why a task could not run; empty when it could. The first of several faults gives the reason. */
    public Optional<Failure> failure() {
        String messages = failures.stream().map(Failure::message).distinct().collect(Collectors.joining("; "));
        return failures.stream()
                .findFirst()
                .map(first -> new Failure(first.reason(), messages).at(connected() ? "schema" : "connect"));
    }

    public List<String> advice() {
        return lines.stream()
                .filter(line -> line.verdict() == Verdict.ADVICE)
                .map(line -> line.what() + " would help: " + line.advice())
                .distinct()
                .toList();
    }

    public String table() {
        String format = "%-" + width(lines.stream().map(line -> String.valueOf(line.task()))) + "s  %-"
                + width(lines.stream().map(Line::what)) + "s  %-7s  %s";
        StringBuilder text = new StringBuilder(format.formatted("TASK", "WHAT", "VERDICT", "ADVICE")).append('\n');
        for (Line line : lines) {
            String task = line.task() == null ? "*" : line.task();
            text.append(format.formatted(
                                    task, line.what(), line.verdict().name().toLowerCase(Locale.ROOT), line.advice())
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    private static int width(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(1);
    }
}
