package io.crmventas.tasks.runner.task.model;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.SchemaCheck;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a task on one connection, without the lock, the retries and the report of the runner. */
public final class TaskTrial {
    private TaskTrial() {}

    public static Outcome run(CrmTask task, Connection connection, Instant now) throws SQLException {
        return run(task, connection, now, false);
    }

    public static Outcome run(CrmTask task, Connection connection, Instant now, boolean dryRun) throws SQLException {
        return run(task, connection, now, Shard.WHOLE, dryRun);
    }

    public static Outcome run(CrmTask task, Connection connection, Instant now, Shard shard) throws SQLException {
        return run(task, connection, now, shard, false);
    }

    private static Outcome run(CrmTask task, Connection connection, Instant now, Shard shard, boolean dryRun)
            throws SQLException {
        Outcome outcome = new Outcome();
        task.run(new TaskRun(
                now,
                shard,
                new Transactions(connection, dryRun, _ -> true),
                new Steps(),
                outcome,
                absentTables(connection, task.type())));
        return outcome;
    }

    /** Returns the optional tables that this CRM lacks, as the runner finds them before a run. */
    public static Set<String> absentTables(Connection connection, TaskType task) throws SQLException {
        return SchemaCheck.look(connection, task).absentTables();
    }

    /** Writes numbers as plain text, so that 2, 2L and 2.00 are equal. */
    public static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Number number ->
                new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new TreeMap<>();
                map.forEach((key, inner) -> plain.put(String.valueOf(key), plain(inner)));
                yield plain;
            }
            case List<?> list -> list.stream().map(TaskTrial::plain).toList();
            default -> value.toString();
        };
    }
}
