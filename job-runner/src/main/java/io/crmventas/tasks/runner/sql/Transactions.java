package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The unit of work of a task. A dry run does the same work and rolls it back; a task that works in batches asks
 * {@link #dryRun} and does one batch then, since rolled-back work would be found again.
 */
public record Transactions(Connection connection, boolean dryRun) {
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    public <T extends @Nullable Object> T run(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        boolean finished = false;
        try {
            T result = work.run(connection);
            if (dryRun) {
                connection.rollback();
            } else {
                connection.commit();
            }
            // Whoever reads after this is not in a transaction that nobody ends.
            connection.setAutoCommit(true);
            finished = true;
            return result;
        } finally {
            if (!finished) {
                rollbackQuietly();
            }
        }
    }

    /** The first error is the one to report; a connection that cannot even roll back is closed by the server. */
    private void rollbackQuietly() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException ignored) {
            // The exception under way tells more.
        }
    }
}
