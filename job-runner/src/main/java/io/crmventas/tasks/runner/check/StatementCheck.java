package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.runner.connection.SqlFault;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.SampleUser;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets PostgreSQL plan every statement of a task, and adds a row of each kind that the task writes. Each is a
 * transaction of its own, and is rolled back.
 *
 * @param transactions of a dry run
 */
record StatementCheck(Transactions transactions) {
    private static final SqlFile CHECK_DEFERRED = new SqlFile("check/deferred.sql");

    /** @param what the statement's file, or the rows of a task */
    record Refused(String what, SqlFault fault) {}

    Optional<Refused> check(CrmTask task) throws SQLException {
        Dialect dialect = transactions.run(Dialect::read);
        for (SqlFile file : task.statements()) {
            boolean skipped = file.path().contains("chat-sessions") && !dialect.has("chat_sessions");
            Optional<Refused> refused = skipped
                    ? Optional.empty()
                    : refused("statement " + file.path(), connection -> {
                        file.sql(dialect).explain(connection);
                        return null;
                    });
            if (refused.isPresent()) {
                return refused;
            }
        }
        return refused("rows", connection -> {
            Optional<SampleUser> user = SampleUser.find(connection);
            if (user.isPresent()) {
                task.writeSample(connection, user.get());
                CHECK_DEFERRED.sql().update(connection);
            }
            return null;
        });
    }

    private Optional<Refused> refused(String what, Transactions.Work<@Nullable Void> work) throws SQLException {
        try {
            transactions.run(work);
            return Optional.empty();
        } catch (SQLException error) {
            SqlFault fault = SqlFault.of(error);
            if (fault.passing()) {
                throw error;
            }
            return Optional.of(new Refused(what, fault));
        }
    }
}
