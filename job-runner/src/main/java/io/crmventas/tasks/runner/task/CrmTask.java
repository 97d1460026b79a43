package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One built-in task. After a transient fault the runner calls {@link #run} again, with the same {@code now} and a new
 * connection. The task then does only what is not committed yet.
 */
public interface CrmTask {
    TaskType type();

    /**
     * Returns every statement that a run of this task can execute in a CRM without these optional tables.
     * {@code check --sql} prints them, and a test explains them.
     */
    default List<SqlFile> statements(Set<String> absentTables) {
        return List.of();
    }

    /**
     * Writes what a run can write. The caller rolls it back. So a column, a constraint or a trigger of the CRM that refuses
     * it shows before the first run.
     */
    default void probe(Connection connection, Instant now, Set<String> absentTables) throws SQLException {
        Optional<SampleUser> user = SampleUser.find(connection);
        if (user.isPresent()) {
            writeSample(connection, user.get());
        }
    }

    default void writeSample(Connection connection, SampleUser user) throws SQLException {}

    void run(TaskRun run) throws SQLException;

    /** A user of the CRM, for the rows that {@code check} adds and rolls back. */
    record SampleUser(int tenantId, UUID id) {
        private static final SqlFile FIND = new SqlFile("task/sample-user.sql");

        /** Returns empty in a CRM without users, where no task writes a row. */
        public static Optional<SampleUser> find(Connection connection) throws SQLException {
            Sql find = FIND.sql();
            return find.first(
                    connection, row -> new SampleUser(row.get("tenant_id", Integer.class), row.get("id", UUID.class)));
        }
    }
}
