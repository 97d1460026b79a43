package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.sql.Transactions.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * For an insert that is joined to users. A user may be deleted between the statement's snapshot and its foreign key
 * check; a second try no longer sees that user. Locking the users first would need a right to update them, which a
 * guest should not have.
 */
public final class SurvivingUsers {
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final int TRIES = 5;

    private SurvivingUsers() {}

    public static <T extends @Nullable Object> T insert(Connection connection, Work<T> insert) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Savepoint before = connection.setSavepoint();
            try {
                T result = insert.run(connection);
                connection.releaseSavepoint(before);
                return result;
            } catch (SQLException e) {
                if (!FOREIGN_KEY_VIOLATION.equals(e.getSQLState()) || attempt == TRIES) {
                    throw e;
                }
                connection.rollback(before);
            }
        }
    }
}
