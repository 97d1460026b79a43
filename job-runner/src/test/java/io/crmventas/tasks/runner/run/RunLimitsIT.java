package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Every wait of a run has a limit. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunLimitsIT {
    private Database database = Databases.missing();

    @BeforeAll
    void createDatabase() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(database, "create table work (n int)");
    }

    @Test
    void isSkippedWhileAnotherRunHoldsTheLock() throws SQLException {
        try (Connection other = database.connect()) {
            hold(other, Shard.WHOLE);

            Launch.Ended ended = Databases.launch(database)
                    .doing(run -> {
                        throw new IllegalStateException("ran");
                    })
                    .run("run", "cleanup");
            Launch.Ended otherTask = Databases.launch(database).run("run", "daily-reports");

            assertEquals(0, ended.exit());
            assertEquals(RunResult.SKIPPED_LOCKED, ended.report().result());
            assertEquals(RunResult.NO_WORK, otherTask.report().result());
        }
    }

    @Test
    void shardExcludesItselfAndTheWholeTask() throws SQLException {
        try (Connection other = database.connect()) {
            hold(other, new Shard(1, 3));
            assertEquals(RunResult.SKIPPED_LOCKED, shard("1", "3"));
            assertEquals(RunResult.NO_WORK, shard("2", "3"));
            assertEquals(
                    RunResult.SKIPPED_LOCKED,
                    Databases.launch(database).run("run", "cleanup").report().result());
            // The server ends a closed session a moment later, and until then that session keeps its locks.
            other.rollback();
        }
        try (Connection whole = database.connect()) {
            hold(whole, Shard.WHOLE);
            assertEquals(RunResult.SKIPPED_LOCKED, shard("0", "2"));
        }
    }

    private static void hold(Connection other, Shard shard) throws SQLException {
        other.setAutoCommit(false);
        assertTrue(TaskLock.of(TaskType.CLEANUP, shard).take(other));
    }

    private RunResult shard(String index, String count) {
        return Databases.launch(database)
                .with("JOB_COMPLETION_INDEX", index)
                .with("CRM_TASK_SHARDS", count)
                .run("run", "cleanup")
                .report()
                .result();
    }

    @Test
    void holdsTheLockOnlyDuringEachTransaction() {
        List<Boolean> free = new ArrayList<>();

        Launch.Ended ended = Databases.launch(database)
                .doing(run -> {
                    run.transactions().run(c -> free.add(lockIsFree()));
                    try {
                        run.transactions().run(c -> Sql.of("select 1 / 0").update(c));
                    } catch (SQLException expected) {
                        free.add(expected.getSQLState().equals("22012"));
                    }
                    run.transactions().run(c -> free.add(lockIsFree()));
                    free.add(lockIsFree());
                })
                .run("run", "cleanup");

        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(List.of(false, true, false, true), free);
    }

    @Test
    void temporaryTableDoesNotReplaceTheTableOfTheCrm() {
        List<Boolean> own = new ArrayList<>();

        Launch.Ended ended = Databases.launch(database)
                .doing(run -> run.transactions().run(c -> {
                    Sql.of("create temp table tenants (id int)").update(c);
                    return own.addAll(Sql.of("select 'tenants'::regclass = 'public.tenants'::regclass as own")
                            .list(c, row -> row.get("own", Boolean.class)));
                }))
                .run("run", "cleanup");

        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(List.of(true), own);
    }

    @Test
    void anotherShardIsNotTheHolder() throws SQLException {
        try (Connection other = database.connect();
                Connection asking = database.connect()) {
            hold(other, new Shard(1, 3));
            assertEquals(
                    Optional.empty(),
                    TaskLock.of(TaskType.CLEANUP, new Shard(0, 3)).holder(asking));
            assertTrue(TaskLock.of(TaskType.CLEANUP, new Shard(1, 3))
                    .holder(asking)
                    .isPresent());
            assertTrue(TaskLock.of(TaskType.CLEANUP, Shard.WHOLE).holder(asking).isPresent());
        }
    }

    private boolean lockIsFree() throws SQLException {
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            return TaskLock.of(TaskType.CLEANUP, Shard.WHOLE).take(other);
        }
    }

    /** The network cuts a connection and the server does not notice, so a dead session holds the lock. */
    @Test
    void ownLostLockIsALockTimeout() throws SQLException {
        try (Connection lost = database.connect()) {
            lost.setAutoCommit(false);

            Launch.Ended ended = Databases.launch(database)
                    .with("CRM_TASK_RETRY_LIMIT", "1")
                    .with("CRM_TASK_RETRY_INITIAL_DELAY", "1s")
                    .with("CRM_TASK_TIMEOUT", "8s")
                    .doing(run -> {
                        assertTrue(TaskLock.of(TaskType.CLEANUP, Shard.WHOLE).take(lost));
                        throw new SQLException("connection lost", "08006");
                    })
                    .run("run", "cleanup");

            assertEquals(75, ended.exit(), ended.toString());
            assertEquals("LockTimeout", ended.report().reason());
            assertEquals("lock", ended.report().step());
        }
    }

    @Test
    void limitsEveryWaitOfItsTransactions() {
        List<String> limits = new ArrayList<>();

        Databases.launch(database)
                .doing(run -> run.transactions()
                        .run(connection ->
                                limits.addAll(Sql.of("""
                                        select setting from pg_settings where name in ('statement_timeout', 'lock_timeout',
                                        'idle_in_transaction_session_timeout', 'application_name') order by name""").list(connection, row -> row.get("setting", String.class)))))
                .run("run", "cleanup");

        assertEquals("crm-task-runner/crm/cleanup", limits.getFirst());
        for (String millis : limits.subList(1, 4)) {
            assertTrue(Long.parseLong(millis) > 0 && Long.parseLong(millis) <= 23_000, limits.toString());
        }
    }

    @Test
    void cancelsItsStatementAtTheDeadline() throws SQLException {
        long start = System.nanoTime();

        Launch.Ended ended = Databases.launch(database)
                .with("CRM_TASK_TIMEOUT", "4s")
                .doing(run -> run.steps()
                        .run(
                                "sleep",
                                () -> run.transactions()
                                        .run(c -> Sql.of("select pg_sleep(30)").list(c, row -> row))))
                .run("run", "cleanup");

        assertEquals(75, ended.exit(), ended.toString());
        assertEquals("DeadlineExceeded", ended.report().reason());
        assertEquals("sleep", ended.report().step());
        assertEquals(1, ended.report().attempts());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 15_000);
        try (Connection connection = database.connect()) {
            Sql sleeping = Sql.of("select pid from pg_stat_activity where query like 'select pg_sleep(%'");
            // The server notices a closed connection a moment later.
            while (!sleeping.list(connection, row -> row.get("pid", Integer.class))
                    .isEmpty()) {
                assertTrue(
                        Duration.ofNanos(System.nanoTime() - start).toSeconds() < 25,
                        "the server still runs the statement of 30 s");
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void deadlineEndsARunBetweenStatements() {
        Launch.Ended ended = Databases.launch(database)
                .with("CRM_TASK_TIMEOUT", "5s")
                .doing(run -> run.steps().run("spin", () -> {
                    while (true) {
                        Sql.of("select 1 as one").list(run.transactions().connection(), row -> row);
                    }
                }))
                .run("run", "cleanup");

        assertEquals("DeadlineExceeded", ended.report().reason(), ended.toString());
        assertEquals("spin", ended.report().step());
    }

    @Test
    void lockTimeoutEndsTheWaitForATable() throws SQLException {
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table work in access exclusive mode");

            Launch.Ended ended = Databases.launch(database)
                    .with("CRM_TASK_RETRY_LIMIT", "0")
                    .with("CRM_TASK_TIMEOUT", "8s")
                    .doing(run -> run.steps()
                            .run(
                                    "insert",
                                    () -> run.transactions()
                                            .run(c -> Sql.of("insert into work values (2)")
                                                    .update(c))))
                    .run("run", "cleanup");

            assertEquals(75, ended.exit());
            assertEquals("LockTimeout", ended.report().reason());
            assertEquals("insert", ended.report().step());
        }
    }
}
