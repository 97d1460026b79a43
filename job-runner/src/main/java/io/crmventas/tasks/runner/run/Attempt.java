package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.check.SchemaCheck;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one attempt on one connection: it connects, takes the lock, reads the time, checks the schema and does the work. */
record Attempt(RunOptions request, Connector connector, StopSwitch stop, RunJournal journal) {
    private static final SqlFile NOW = new SqlFile("run/now.sql");
    private static final SqlFile LOST_COMMIT = new SqlFile("run/lost-commit.sql");

    /** Returns why the attempt failed; empty when it did its work or another run works. */
    Optional<Failure> run() {
        Steps steps = journal.beginAttempt();
        try (Connection connection = steps.run("connect", this::connect)) {
            stop.watch(connection);
            try {
                work(connection, steps);
            } finally {
                stop.unwatch();
            }
            return Optional.empty();
        } catch (TransactionStart.AnotherRunWorks skipped) {
            journal.anotherRunWorks(String.valueOf(skipped.getMessage()));
            return Optional.empty();
        } catch (SQLException | RuntimeException error) {
            // The driver's error does not show why a run was stopped.
            return Optional.of(stop.cause().orElseGet(() -> Failure.of(error)).at(steps.current()));
        }
    }

    private Connection connect() throws SQLException {
        // The report says this unless the next line returns.
        journal.database("failed");
        Connection connection = connector.open(stop.remaining());
        journal.database("connected");
        return connection;
    }

    private void work(Connection connection, Steps steps) throws SQLException {
        TransactionStart start = new TransactionStart(request, stop, journal.now() != null);
        Transactions transactions = new Transactions(connection, request.dryRun(), start);
        Instant now = steps.run("lock", () -> transactions.run(this::now));
        lookForLostCommit(transactions, steps);
        Set<String> absentTables = steps.run("schema", () -> transactions.run(this::requireSchema));
        TaskRun run = new TaskRun(now, request.shard(), transactions, steps, journal.outcome(), absentTables);
        try {
            request.task().run(run);
        } catch (Transactions.CommitAnswerLost lost) {
            journal.commitAnswerLost(lost);
            throw lost;
        }
    }

    /** The lost transaction held the task's lock, so it has ended when this attempt has the lock. */
    private void lookForLostCommit(Transactions transactions, Steps steps) throws SQLException {
        Transactions.CommitAnswerLost lost = journal.commitAnswerLost();
        if (lost != null) {
            Sql ask = LOST_COMMIT.sql().with("id", lost.transactionId());
            Transactions.Work<@Nullable String> status =
                    connection -> ask.one(connection, row -> row.find("status", String.class));
            journal.lostCommitIs(steps.run("lost-commit", () -> transactions.run(status)));
        }
    }

    /** Returns the one instant of the run, which all attempts use, in whole microseconds. */
    private Instant now(Connection connection) throws SQLException {
        Instant now = journal.now();
        if (now == null) {
            now = request.asOf() != null
                    ? request.asOf()
                    : NOW.sql().one(connection, row -> row.get("now", Instant.class));
            journal.now(now);
        }
        return now;
    }

    /** Returns the optional tables that this CRM lacks. */
    private Set<String> requireSchema(Connection connection) throws SQLException {
        SchemaCheck schema = SchemaCheck.look(connection, request.task().type());
        Optional<Failure> fault = SchemaCheck.roleFault(
                        connection, connector.target().allowedRole())
                .or(schema::fault);
        if (fault.isPresent()) {
            throw fault.get();
        }
        return schema.absentTables();
    }
}
