package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.Shard;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The advisory lock that prevents two runs of one task at the same time. Each transaction of a run takes it, and it ends
 * with the transaction, so it works behind a pooler in transaction mode. Runs with different numbers of shards can
 * overlap. The statements alone then prevent that both do the same work.
 *
 * @param task the {@code objid} in pg_locks: CRC-32 of {@code crm-tasks/<task>}
 * @param shard the CRC-32 of {@code crm-tasks/<task>/<index> of <count>}; null for a run of all tenants
 */
record TaskLock(int task, @Nullable Integer shard) {
    /** The {@code classid} in pg_locks, which is "CRMT" in ASCII. */
    static final int CLASS = 0x43524D54;

    private static final SqlFile TAKE = new SqlFile("run/lock.sql");
    private static final SqlFile HOLDERS = new SqlFile("run/lock-holders.sql");

    /** @param age the age of its transaction; empty when this role may not see it */
    record Holder(int pid, String applicationName, Optional<Duration> age) {
        @Override
        public String toString() {
            return "session " + pid + (applicationName.isEmpty() ? "" : " (" + applicationName + ")");
        }
    }

    static TaskLock of(TaskType task, Shard shard) {
        return new TaskLock(key(task.id()), shard.whole() ? null : key(task.id() + "/" + shard));
    }

    /** @return false when another transaction holds it */
    boolean take(Connection connection) throws SQLException {
        return bindTo(TAKE.sql()).one(connection, row -> row.get("taken", Boolean.class));
    }

    /** Returns the other session with the oldest transaction; empty when the lock is free meanwhile. */
    Optional<Holder> holder(Connection connection) throws SQLException {
        return bindTo(HOLDERS.sql())
                .first(
                        connection,
                        row -> new Holder(
                                row.get("pid", Integer.class),
                                row.get("application_name", String.class),
                                Optional.ofNullable(row.find("age_millis", Long.class))
                                        .map(Duration::ofMillis)));
    }

    private Sql bindTo(Sql sql) {
        return sql.with("class", CLASS).with("task", task).with("shard", shard);
    }

    private static int key(String name) {
        CRC32 crc = new CRC32();
        crc.update(("crm-tasks/" + name).getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
