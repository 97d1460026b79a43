package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.Reason;
import io.crmventas.tasks.runner.settings.JsonText;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.CrmTask.SampleUser;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether tasks could run now. It changes nothing. */
public final class Checkup {
    private static final String CONNECTION = "connection";
    private static final SqlFile CONSTRAINTS = new SqlFile("check/constraints.sql");
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private enum Verdict {
        OK,
        /** Not there, and optional. */
        ABSENT,
        /** Optional. */
        ADVICE,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param task null when it concerns them all
     * @param what the table, statement or index, or {@code connection}
     * @param advice what was seen, and what to do about it
     */
    private record Line(@Nullable String task, String what, Verdict verdict, String advice) {}

    private final List<Line> lines = new ArrayList<>();
    private @Nullable Reason reason;

    private Checkup() {}

    /** @param limit the time that all of it may take */
    public static Checkup run(Connector connector, List<CrmTask> tasks, Duration limit) {
        Checkup checkup = new Checkup();
        Duration longest = Collections.min(List.of(limit, LONGEST));
        try (Connection connection = connector.open(longest)) {
            checkup.look(connection, connector, tasks, longest);
        } catch (SQLException | Failure error) {
            Failure failure = Failure.of(error);
            checkup.add(null, CONNECTION, Verdict.FAILED, failure.reason() + ": " + failure.message());
            checkup.reason = failure.reason();
        }
        return checkup;
    }

    private void look(Connection connection, Connector connector, List<CrmTask> tasks, Duration longest)
            throws SQLException {
        add(null, CONNECTION, Verdict.OK, "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion());
        SchemaCheck.roleFault(connection, connector.allowedRole())
                .ifPresent(fault -> fail(null, "role", fault, Reason.DATABASE_ROLE_REFUSED));
        Transactions transactions = new Transactions(connection, true, started -> {
            Transactions.limit(started, longest, longest);
            return true;
        });
        for (CrmTask task : tasks) {
            look(connection, task, transactions);
        }
    }

    private void look(Connection connection, CrmTask task, Transactions transactions) throws SQLException {
        String name = task.type().id();
        SchemaCheck schema = SchemaCheck.look(connection, task.type());
        for (SchemaCheck.Table table : schema.tables()) {
            Verdict usable = table.present ? Verdict.OK : Verdict.ABSENT;
            add(name, table.name, table.usable() ? usable : Verdict.FAILED, table.advice());
        }
        for (IndexAdvice index : IndexAdvice.of(task.type())) {
            index.statementIfMissing(connection)
                    .ifPresent(statement -> add(name, "index on " + index.table(), Verdict.ADVICE, statement));
        }
        if (!schema.missing().isEmpty()) {
            reason = Reason.SCHEMA_MISMATCH;
        } else if (!schema.grants().isEmpty()) {
            worsen(Reason.PERMISSION_DENIED);
        } else {
            refusal(transactions, task)
                    .ifPresent(
                            refused -> fail(name, String.valueOf(refused.step()), refused.message(), refused.reason()));
        }
    }

    /**
     * Lets PostgreSQL plan every statement of a task, and adds a row of each kind that the task writes. Each is a
     * transaction of its own, and is rolled back.
     *
     * @return a failure whose step names the statement's file, or the rows of the task
     */
    private static Optional<Failure> refusal(Transactions transactions, CrmTask task) throws SQLException {
        Dialect dialect = transactions.run(Dialect::read);
        for (SqlFile file : task.statements()) {
            if (task.tableNeededBy(file).filter(table -> !dialect.has(table)).isEmpty()) {
                Optional<Failure> refused = refusal(transactions, "statement " + file.path(), connection -> {
                    file.sql(dialect).explain(connection);
                    return null;
                });
                if (refused.isPresent()) {
                    return refused;
                }
            }
        }
        return refusal(transactions, "rows", connection -> {
            Optional<SampleUser> user = SampleUser.find(connection);
            if (user.isPresent()) {
                task.writeSample(connection, user.get());
                CONSTRAINTS.sql().update(connection);
            }
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

    private void fail(@Nullable String task, String what, String advice, Reason why) {
        add(task, what, Verdict.FAILED, advice);
        worsen(why);
    }

    private void worsen(Reason why) {
        reason = reason == null ? why : reason;
    }

    /** Why a task could not run; empty when all is well. */
    public Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** For people: columns as wide as they must be. */
    public String table() {
        String format = "%-" + width(lines.stream().map(line -> String.valueOf(line.task()))) + "s  %-"
                + width(lines.stream().map(Line::what)) + "s  %-7s  %s";
        StringBuilder text = new StringBuilder(format.formatted("TASK", "WHAT", "VERDICT", "ADVICE")).append('\n');
        for (Line line : lines) {
            String task = line.task() == null ? "*" : line.task();
            text.append(format.formatted(task, line.what(), line.verdict(), line.advice())
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    private static int width(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(1);
    }

    public String json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(
                "lines",
                lines.stream()
                        .map(line -> {
                            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                            fields.put("task", line.task());
                            fields.put("what", line.what());
                            fields.put("verdict", line.verdict().toString());
                            fields.put("advice", line.advice());
                            return fields;
                        })
                        .toList());
        json.put("reason", reason == null ? null : reason.text());
        return JsonText.of(json) + "\n";
    }

    /**
     * The checkup in the form of a run's report, for readers of those.
     *
     * @param report begun with task, start and usage
     */
    public RunReport report(RunReport.Builder report, List<String> settingsWarnings) {
        boolean connected =
                lines.stream().anyMatch(line -> line.what().equals(CONNECTION) && line.verdict() == Verdict.OK);
        report.result(reason == null ? RunResult.SUCCEEDED : RunResult.FAILED)
                .attempts(1)
                .counts(Map.of())
                .warnings(Stream.concat(
                                settingsWarnings.stream(),
                                with(Verdict.ADVICE).map(line -> line.what() + " would help: " + line.advice()))
                        .distinct()
                        .toList())
                .database(connected ? "connected" : "failed")
                .redis("unknown");
        if (reason != null) {
            report.reason(reason.text()).message(message()).step(connected ? "schema" : "connect");
        }
        return report.build();
    }

    /** As a run reports it: what is missing, then the statements that would give a right. */
    private String message() {
        Map<Boolean, List<String>> byGrant = with(Verdict.FAILED)
                .map(Line::advice)
                .distinct()
                .collect(Collectors.partitioningBy(advice -> advice.startsWith("grant ")));
        String missing = reason == Reason.SCHEMA_MISMATCH ? "missing: " : "";
        return Stream.of(
                        labelled(missing, byGrant.getOrDefault(false, List.of())),
                        labelled("not granted; run: ", byGrant.getOrDefault(true, List.of())))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String labelled(String label, List<String> texts) {
        return texts.isEmpty() ? "" : label + String.join("; ", texts);
    }

    private Stream<Line> with(Verdict verdict) {
        return lines.stream().filter(line -> line.verdict() == verdict);
    }
}
