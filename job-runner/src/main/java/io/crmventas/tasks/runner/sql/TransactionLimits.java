package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The settings that each transaction begins with.
 *
 * @param statement how long one statement, or a pause between two of them, may last
 * @param lock how long a statement may wait for a lock
 */
public record TransactionLimits(Duration statement, Duration lock) {
    private static final SqlFile SETTINGS = new SqlFile("sql/settings.sql");

    public void set(Connection connection) throws SQLException {
        SETTINGS.sql()
                .with("timeLimit", Math.max(1, statement.toMillis()))
                .with("lockLimit", Math.max(1, lock.toMillis()))
                .list(connection, row -> row);
    }
}
