package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the work of a task in transactions. A dry run does the same work and rolls it back. A task that works in batches
 * then does one batch only, because it would find the rolled-back rows again.
 *
 * @param start sets the limits of each transaction and takes the task's lock
 */
public record Transactions(Connection connection, boolean dryRun, Start start) {
    private static final SqlFile READ_COMMITTED = new SqlFile("sql/read-committed.sql");
    private static final SqlFile SNAPSHOT = new SqlFile("sql/snapshot.sql");

    /** PostgreSQL refuses "read write" on a standby with this state, which does not name the cause. */
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    /** Every SQLSTATE of a broken connection begins with these digits. */
    private static final String CONNECTION_LOST = "08";

    private static final SqlFile TRANSACTION_ID = new SqlFile("sql/transaction-id.sql");
    private static final SqlFile SETTINGS = new SqlFile("sql/settings.sql");

    /** The connection broke during a commit. The runner cannot know whether the server wrote the rows. */
    public static final class CommitAnswerLost extends SQLException {
        private static final long serialVersionUID = 1L;

        private final String transactionId;
        private final transient Runnable whenCommitted;

        CommitAnswerLost(SQLException lost, String transactionId, Runnable whenCommitted) {
            super(lost.getMessage(), lost.getSQLState(), lost);
            this.transactionId = transactionId;
            this.whenCommitted = whenCommitted;
        }

        public String transactionId() {
            return transactionId;
        }

        /** Call when the commit turns out to have happened. */
        public void committed() {
            whenCommitted.run();
        }
    }

    /**
     * Sets the limits of a transaction.
     *
     * @param statement the longest time of one statement, or of a pause between two statements
     * @param lock the longest wait of a statement for a lock
     */
    public static void limit(Connection connection, Duration statement, Duration lock) throws SQLException {
        SETTINGS.sql()
                .with("timeLimit", Math.max(1, statement.toMillis()))
                .with("lockLimit", Math.max(1, lock.toMillis()))
                .list(connection, row -> row);
    }

    /** Runs first in each transaction. */
    @FunctionalInterface
    public interface Start {
        /** @return false when the transaction was rolled back and must begin again */
        boolean begin(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    /** Runs work that writes nothing. A lost answer to its commit is only a lost connection. */
    public <T extends @Nullable Object> T run(Work<T> work) throws SQLException {
        return run(READ_COMMITTED, work, null);
    }

    /**
     * Runs work that writes.
     *
     * @param committed counts the result; it runs after the commit, in some cases only in the next attempt
     */
    public <T> T run(Work<T> work, Consumer<T> committed) throws SQLException {
        return run(READ_COMMITTED, work, committed);
    }

    /** Runs work that writes nothing. All its statements see the database at one moment. */
    public <T extends @Nullable Object> T snapshot(Work<T> work) throws SQLException {
        return run(SNAPSHOT, work, null);
    }

    private <T extends @Nullable Object> T run(SqlFile mode, Work<T> work, @Nullable Consumer<T> committed)
            throws SQLException {
        connection.setAutoCommit(false);
        boolean finished = false;
        try {
            do {
                mode(mode);
            } while (!start.begin(connection));
            T result = work.run(connection);
            if (dryRun) {
                connection.rollback();
            } else if (committed == null) {
                connection.commit();
            } else {
                commit(() -> committed.accept(result));
            }
            connection.setAutoCommit(true);
            finished = true;
            if (committed != null) {
                committed.accept(result);
            }
            return result;
        } finally {
            if (!finished) {
                rollbackQuietly();
            }
        }
    }

    private void commit(Runnable committed) throws SQLException {
        String id = TRANSACTION_ID.sql().one(connection, row -> row.find("id", String.class));
        try {
            connection.commit();
        } catch (SQLException failed) {
            throw id != null && String.valueOf(failed.getSQLState()).startsWith(CONNECTION_LOST)
                    ? new CommitAnswerLost(failed, id, committed)
                    : failed;
        }
    }

    private void mode(SqlFile mode) throws SQLException {
        try {
            mode.sql().update(connection);
        } catch (SQLException refused) {
            if (FEATURE_NOT_SUPPORTED.equals(refused.getSQLState())) {
                throw new SQLException("the server is a standby, which is read-only", "25006", refused);
            }
            throw refused;
        }
    }

    /** Ignores an error of the rollback, because the first error is the one to report. The server ends the transaction of a broken connection by itself. */
    private void rollbackQuietly() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException ignored) {
            // The exception that is thrown already names the cause.
        }
    }
}
