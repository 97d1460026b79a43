package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.settings.JsonText;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inserts notifications, all of them in one statement, and returns those that were new. */
public final class NotificationWriter {
    public static final SqlFile INSERT = new SqlFile("task/output/insert.sql");

    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final int MAX_ATTEMPTS = 5;

    private NotificationWriter() {}

    public static List<Notification> insert(Connection connection, List<Notification> rows, Instant now)
            throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        String json = JsonText.of(rows.stream().map(Notification::json).toList());
        Sql insert = INSERT.sql().with("now", now).with("rows", json);
        Set<String> added =
                Set.copyOf(insertForUsers(connection, tried -> insert.list(tried, row -> row.get("id", String.class))));
        return rows.stream().filter(row -> added.contains(row.id())).toList();
    }

    /**
     * Runs an insert that is joined to users. A user may be deleted between the statement's snapshot and its foreign
     * key check, and a second attempt no longer sees that user. Locking the users first would need the permission to update
     * them, which the runner's role should not have.
     */
    public static <T extends @Nullable Object> T insertForUsers(Connection connection, Work<T> insert)
            throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Savepoint before = connection.setSavepoint();
            try {
                T result = insert.run(connection);
                connection.releaseSavepoint(before);
                return result;
            } catch (SQLException e) {
                if (!FOREIGN_KEY_VIOLATION.equals(e.getSQLState()) || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                connection.rollback(before);
            }
        }
    }
}
