package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.CrmTask.SampleUser;
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
    /** The failure's step names the statement's file, or the rows of the task. */
    Optional<Failure> check(CrmTask task) throws SQLException {
        Dialect dialect = transactions.run(Dialect::read);
        for (SqlFile file : task.statements()) {
            if (task.tableNeededBy(file).filter(table -> !dialect.has(table)).isEmpty()) {
                Optional<Failure> refused = refused("statement " + file.path(), connection -> {
                    file.sql(dialect).explain(connection);
                    return null;
                });
                if (refused.isPresent()) {
                    return refused;
                }
            }
        }
        return refused("rows", connection -> {
            Optional<SampleUser> user = SampleUser.find(connection);
            if (user.isPresent()) {
                task.writeSample(connection, user.get());
                // Constraints that wait for the commit are checked now, because check never commits.
                Sql.of("set constraints all immediate").update(connection);
            }
            return null;
        });
    }

    private Optional<Failure> refused(String what, Transactions.Work<@Nullable Void> work) throws SQLException {
        try {
            transactions.run(work);
            return Optional.empty();
        } catch (SQLException error) {
            Failure failure = Failure.of(error);
            if (failure.reason().transientFault()) {
                throw error;
            }
            return Optional.of(failure.at(what));
        }
    }
}
