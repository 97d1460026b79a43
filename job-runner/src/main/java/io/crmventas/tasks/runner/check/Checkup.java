package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.connection.SqlFault;
import io.crmventas.tasks.runner.report.Reason;
import io.crmventas.tasks.runner.sql.TransactionLimits;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether the tasks could run now; changes nothing.
 *
 * @param reason of the worst line; null when all is well
 */
public record Checkup(List<Line> lines, @Nullable Reason reason) {
    static final String OK = "ok";
    static final String ABSENT = "absent";
    static final String ADVICE = "advice";
    static final String FAILED = "failed";
    static final String CONNECTION = "connection";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * One thing that was looked at.
     *
     * @param task null when it concerns them all
     * @param what the table, or {@code connection}
     * @param verdict ok, absent (and optional), advice (and optional) or failed
     * @param advice what was seen, and what to do about it
     */
    public record Line(@Nullable String task, String what, String verdict, String advice) {}

    /** @param limit the time that all of it may take */
    public static Checkup of(Connector connector, List<CrmTask> tasks, Duration limit) {
        List<Line> lines = new ArrayList<>();
        Duration patience = limit.compareTo(PATIENCE) < 0 ? limit : PATIENCE;
        try (Connection connection = connector.open(patience, new CompletableFuture<Void>())) {
            String version = "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion();
            if (!Connector.supported(connection)) {
                lines.add(new Line(null, CONNECTION, FAILED, version + "; 13 or newer is needed"));
                return new Checkup(lines, Reason.DATABASE_VERSION_UNSUPPORTED);
            }
            lines.add(new Line(null, CONNECTION, OK, version));
            @Nullable Reason reason = role(connector, connection, lines);
            TransactionLimits limits = new TransactionLimits(patience, patience);
            StatementCheck statements = new StatementCheck(new Transactions(connection, true, started -> {
                limits.set(started);
                return true;
            }));
            for (CrmTask task : tasks) {
                SchemaCheck.Findings findings = SchemaCheck.look(connection, task.type());
                findings.tables().forEach(table -> lines.add(line(task.type(), table)));
                lines.addAll(advice(connection, task.type()));
                if (!findings.missing().isEmpty()) {
                    reason = Reason.SCHEMA_MISMATCH;
                } else if (!findings.grants().isEmpty()) {
                    reason = worse(reason, Reason.PERMISSION_DENIED);
                } else {
                    Optional<StatementCheck.Refused> refused = statements.check(task);
                    if (refused.isPresent()) {
                        SqlFault fault = refused.get().fault();
                        lines.add(new Line(task.type().id(), refused.get().what(), FAILED, fault.message()));
                        reason = worse(reason, fault.reason());
                    }
                }
            }
            return new Checkup(lines, reason);
        } catch (SQLException error) {
            SqlFault fault = SqlFault.of(error);
            lines.add(new Line(null, CONNECTION, FAILED, fault.reason() + ": " + fault.message()));
            return new Checkup(lines, fault.reason());
        }
    }

    private static @Nullable Reason role(Connector connector, Connection connection, List<Line> lines)
            throws SQLException {
        Optional<String> fault = RoleCheck.fault(connection, connector.allowedRole());
        fault.ifPresent(advice -> lines.add(new Line(null, "role", FAILED, advice)));
        return fault.isPresent() ? Reason.DATABASE_ROLE_REFUSED : null;
    }

    private static Reason worse(@Nullable Reason first, Reason second) {
        return first == null ? second : first;
    }

    /** What would make it quicker; nothing of it is needed. */
    private static List<Line> advice(Connection connection, TaskType task) throws SQLException {
        List<Line> advice = new ArrayList<>();
        for (IndexAdvice index : IndexAdvice.of(task)) {
            index.statementIfMissing(connection)
                    .ifPresent(statement ->
                            advice.add(new Line(task.id(), "index on " + index.table(), ADVICE, statement)));
        }
        return advice;
    }

    private static Line line(TaskType task, TableFinding table) {
        String verdict = table.usable() ? table.present() ? OK : ABSENT : FAILED;
        return new Line(task.id(), table.table(), verdict, table.advice().orElse(""));
    }

    /** For people: columns as wide as they must be. */
    public String table() {
        StringBuilder text = new StringBuilder();
        int task = width(lines.stream().map(Line::task).map(String::valueOf).toList());
        int what = width(lines.stream().map(Line::what).toList());
        String format = "%-" + task + "s  %-" + what + "s  %-7s  %s";
        text.append(format.formatted("TASK", "WHAT", "VERDICT", "ADVICE")).append('\n');
        for (Line line : lines) {
            text.append(format.formatted(
                                    line.task() == null ? "*" : line.task(), line.what(), line.verdict(), line.advice())
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(1);
    }
}
