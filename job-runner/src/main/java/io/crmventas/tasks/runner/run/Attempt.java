package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.check.RoleCheck;
import io.crmventas.tasks.runner.check.SchemaCheck;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.report.Reason;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One try on one connection: connect, lock, learn the time, look at the schema, work. */
final class Attempt {
    sealed interface Result {
        RunJournal.End end(RunJournal journal);

        record Done() implements Result {
            @Override
            public RunJournal.End end(RunJournal journal) {
                return journal.done();
            }
        }

        record Locked() implements Result {
            @Override
            public RunJournal.End end(RunJournal journal) {
                return journal.locked();
            }
        }

        record Failed(Failure failure) implements Result {
            @Override
            public RunJournal.End end(RunJournal journal) {
                return journal.failed(failure);
            }
        }
    }

    private static final SqlFile NOW = new SqlFile("run/now.sql");
    private static final SqlFile LOST_COMMIT = new SqlFile("run/lost-commit.sql");

    private final RunRequest request;
    private final Connector connector;
    private final StopSwitch stop;
    private final RunJournal journal;

    Attempt(RunRequest request, Connector connector, StopSwitch stop, RunJournal journal) {
        this.request = request;
        this.connector = connector;
        this.stop = stop;
        this.journal = journal;
    }

    Result run() {
        Steps steps = journal.beginAttempt();
        try (Connection connection = steps.run("connect", this::connect)) {
            return watched(connection, steps);
        } catch (SQLException | RuntimeException error) {
            return new Result.Failed(Failure.of(error, steps.current(), stop));
        }
    }

    private Result watched(Connection connection, Steps steps) {
        stop.watch(connection);
        try {
            return work(connection, steps);
        } catch (SQLException | RuntimeException error) {
            return new Result.Failed(Failure.of(error, steps.current(), stop));
        } finally {
            stop.unwatch();
        }
    }

    private Connection connect() throws SQLException {
        Connection connection;
        try {
            connection = connector.open(stop.remaining(), stop.signal());
        } catch (SQLException error) {
            journal.database("failed");
            throw error;
        }
        journal.database("connected");
        if (!Connector.supported(connection)) {
            connection.close();
            throw new Failure.InStep(
                    Reason.DATABASE_VERSION_UNSUPPORTED, "the server is older than PostgreSQL 13", false);
        }
        return connection;
    }

    private Result work(Connection connection, Steps steps) throws SQLException {
        Transactions transactions = new Transactions(
                connection, request.dryRun(), new TransactionStart(request, stop, journal.now() != null));
        Instant now;
        try {
            now = steps.run("lock", () -> transactions.run(locked -> journal.now(now(locked))));
        } catch (TransactionStart.AnotherRunWorks skipped) {
            return new Result.Locked();
        }
        lookForLostCommit(transactions, steps);
        steps.run(
                "schema",
                () -> transactions.run(locked -> {
                    schema(locked);
                    return null;
                }));
        try {
            request.task().run(new TaskRun(now, request.shard(), transactions, steps, journal.outcome()));
        } catch (Transactions.CommitAnswerLost lost) {
            journal.commitAnswerLost(lost);
            throw lost;
        }
        return new Result.Done();
    }

    /** The lost transaction held the task's lock, so it has ended when this attempt has the lock. */
    private void lookForLostCommit(Transactions transactions, Steps steps) throws SQLException {
        Transactions.CommitAnswerLost lost = journal.commitAnswerLost();
        if (lost != null) {
            steps.run(
                    "lost-commit",
                    () -> transactions.run(connection -> LOST_COMMIT
                            .sql()
                            .with("id", lost.transactionId())
                            .list(connection, row -> {
                                journal.lostCommitIs(row.find("status", String.class));
                                return row;
                            })));
        }
    }

    /** Whole microseconds, as the database keeps them. */
    private Instant now(Connection connection) throws SQLException {
        @Nullable Instant known = journal.now() == null ? request.asOf() : journal.now();
        return known != null
                ? known
                : NOW.sql()
                        .list(connection, row -> row.get("now", Instant.class))
                        .getFirst();
    }

    private void schema(Connection connection) throws SQLException {
        RoleCheck.fault(connection, connector.allowedRole()).ifPresent(journal::warn);
        SchemaCheck.Findings findings =
                SchemaCheck.look(connection, request.task().type());
        if (!findings.missing().isEmpty()) {
            throw new Failure.InStep(
                    Reason.SCHEMA_MISMATCH, "missing: " + String.join("; ", findings.missing()), false);
        }
        if (!findings.grants().isEmpty()) {
            throw new Failure.InStep(
                    Reason.PERMISSION_DENIED, "not granted; run: " + String.join("; ", findings.grants()), false);
        }
    }
}
