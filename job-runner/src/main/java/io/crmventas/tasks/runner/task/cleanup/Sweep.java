package io.crmventas.tasks.runner.task.cleanup;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * One table's old rows.
 *
 * @param step name in the run report
 * @param count key in the run report
 * @param old which rows are old; a null time is never old
 */
record Sweep(String step, String table, String count, String old, Duration retention) {
    static Sweep notifications(Duration retention) {
        return new Sweep(
                "notifications",
                "notifications",
                Counts.NOTIFICATIONS_DELETED,
                "r.expires_at < :now or r.expires_at is null and r.created_at < :before",
                retention);
    }

    static Sweep metrics(Duration retention) {
        return new Sweep(
                "metrics", "seller_metrics", Counts.METRICS_DELETED, "r.metrics_period_start < :before", retention);
    }

    static Sweep chatSessions(Duration retention) {
        return new Sweep(
                "chat-sessions",
                "chat_sessions",
                Counts.CHAT_SESSIONS_DELETED,
                "r.status = 'inactive' and r.last_activity < :before",
                retention);
    }

    /** Of a table whose rows have a {@code tenant_id}. */
    Sweep within(Shard shard) {
        return shard.whole()
                ? this
                : new Sweep(step, table, count, "(" + old + ") and " + shard.holding("r.tenant_id"), retention);
    }

    /**
     * Rows that the CRM or another run holds are left for the next time: waiting for them could end in a deadlock,
     * and it might be the CRM that loses it. Passing them over takes a lock, which PostgreSQL grants only to who may
     * update the table; a role that may only delete waits. The materialized part is read once, or a batch could grow.
     */
    Sql batch(Instant now, long most, boolean mayLock) {
        return Sql.of("""
                with old as materialized (
                  select r.id from %1$s r where %2$s limit :most %3$s
                )
                delete from %1$s r using old where r.id = old.id
                """.formatted(table, old, mayLock ? "for update skip locked" : ""))
                .with("now", now)
                .with("before", now.minus(retention))
                .with("most", most);
    }

    boolean mayLock(Connection connection) throws SQLException {
        return Sql.of("select has_any_column_privilege(:table, 'update') as granted")
                .with("table", table)
                .list(connection, row -> row.get("granted", Boolean.class))
                .getFirst();
    }
}
