package io.crmventas.tasks.runner.task.cleanup;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Task {@code cleanup}: deletes old rows in batches. Each batch is a transaction of its own, so no lock lasts long. */
public record Cleanup(
        Duration notificationRetention, Duration metricsRetention, Duration chatSessionRetention, int batchSize)
        implements CrmTask {
    private static final int BATCH_SIZE = 5_000;
    private static final String CHAT_SESSIONS_TABLE = "chat_sessions";

    private static final SqlFile NOTIFICATIONS = new SqlFile("task/cleanup/notifications.sql");
    private static final SqlFile SELLER_METRICS = new SqlFile("task/cleanup/seller-metrics.sql");
    private static final SqlFile CHAT_SESSIONS = new SqlFile("task/cleanup/chat-sessions.sql");

    /** Refuses short retentions, as the resource does, because no one can undo a deletion. */
    public static Cleanup read(Settings parameters) {
        Cleanup cleanup = new Cleanup(
                parameters.duration("notificationRetention", "7d", "1d"),
                parameters.duration("metricsRetention", "30d", "1d"),
                parameters.duration("chatSessionRetention", "7d", "1d"),
                BATCH_SIZE);
        parameters.finish();
        return cleanup;
    }

    @Override
    public TaskType type() {
        return TaskType.CLEANUP;
    }

    @Override
    public List<SqlFile> statements(Set<String> absentTables) {
        return absentTables.contains(CHAT_SESSIONS_TABLE)
                ? List.of(NOTIFICATIONS, SELLER_METRICS)
                : List.of(NOTIFICATIONS, SELLER_METRICS, CHAT_SESSIONS);
    }

    /** Deletes one batch, because a trigger or a row of another table can keep the rows. */
    @Override
    public void probe(Connection connection, Instant now, Set<String> absentTables) throws SQLException {
        batch(NOTIFICATIONS, notificationRetention, now, Shard.WHOLE, batchSize).update(connection);
        batch(SELLER_METRICS, metricsRetention, now, Shard.WHOLE, batchSize).update(connection);
        if (!absentTables.contains(CHAT_SESSIONS_TABLE)) {
            batch(CHAT_SESSIONS, chatSessionRetention, now, Shard.WHOLE, batchSize)
                    .update(connection);
        }
    }

    private static Sql batch(SqlFile file, Duration retention, Instant now, Shard shard, long most) {
        return shard.bindTo(file.sql())
                .with("now", now)
                .with("before", now.minus(retention))
                .with("most", most);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        delete("notifications", NOTIFICATIONS, notificationRetention, Counts.NOTIFICATIONS_DELETED, run);
        delete("metrics", SELLER_METRICS, metricsRetention, Counts.METRICS_DELETED, run);
        if (!run.shard().first()) {
            run.steps().skip("chat-sessions", "chat sessions name no tenant: shard 0 deletes them");
        } else if (run.absentTables().contains(CHAT_SESSIONS_TABLE)) {
            run.steps().skip("chat-sessions", "the CRM has no table chat_sessions");
        } else {
            delete("chat-sessions", CHAT_SESSIONS, chatSessionRetention, Counts.CHAT_SESSIONS_DELETED, run);
        }
    }

    private void delete(String step, SqlFile file, Duration retention, String count, TaskRun run) throws SQLException {
        boolean dryRun = run.transactions().dryRun();
        // A dry run would find its rolled-back rows again, so it does everything in one batch.
        long most = dryRun ? Long.MAX_VALUE : batchSize;
        Sql batch = batch(file, retention, run.now(), run.shard(), most);
        run.steps().run(step, () -> {
            long deleted;
            do {
                deleted = run.transactions()
                        .run(batch::update, rows -> run.outcome().count(count, rows));
            } while (deleted == most);
            return null;
        });
    }
}
