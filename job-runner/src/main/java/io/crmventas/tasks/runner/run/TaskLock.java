package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.Shard;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.zip.CRC32;

/**
 * The advisory lock that keeps two runs of one task from overlapping, whoever started them. It belongs to the session,
 * so it outlasts the task's transactions and goes with the connection, however that ends. (A pooler in transaction
 * mode breaks this promise; connect to the server itself or to a session pool.)
 */
final class TaskLock {
    /** "CRMT" in ASCII, {@code classid} in pg_locks. */
    static final int CLASS = 0x43524D54;

    private TaskLock() {}

    /** {@code objid} in pg_locks: CRC-32 of {@code crm-tasks/<task>}. */
    static int key(TaskType task) {
        return key(task.id());
    }

    /**
     * A run of one shard shares the task's lock with the other shards, which keeps runs of the whole task away, and has
     * its own shard's for itself. Runs with different numbers of shards may overlap; then idempotence alone keeps them
     * from doing things twice.
     */
    static boolean take(Connection connection, TaskType task, Shard shard) throws SQLException {
        if (shard.whole()) {
            return take(connection, "pg_try_advisory_lock", key(task));
        }
        return take(connection, "pg_try_advisory_lock_shared", key(task))
                && take(connection, "pg_try_advisory_lock", key(task.id() + "/" + shard));
    }

    private static int key(String name) {
        CRC32 crc = new CRC32();
        crc.update(("crm-tasks/" + name).getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    private static boolean take(Connection connection, String function, int key) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("select " + function + "(?, ?)")) {
            lock.setInt(1, CLASS);
            lock.setInt(2, key);
            try (ResultSet row = lock.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
