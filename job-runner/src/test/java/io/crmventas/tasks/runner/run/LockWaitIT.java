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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A run may wait for another run of its task. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockWaitIT {
    private Database database = Databases.missing();

    @BeforeAll
    void createDatabase() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE);
    }

    @Test
    void runsAsSoonAsTheOtherRunEnds() throws SQLException {
        CompletableFuture<Launch.Ended> waiting;
        try (Connection other = database.connect()) {
            hold(other);
            waiting = CompletableFuture.supplyAsync(() -> launch("15s", "20s").run("run", "cleanup"));
            awaitLockWait();
            release(other);
        }
        Launch.Ended ended = waiting.join();
        assertEquals(RunResult.NO_WORK, ended.report().result(), ended.toString());
        assertEquals(1, ended.report().attempts());
    }

    @Test
    void isSkippedWhenTheOtherRunOutlastsTheWait() throws SQLException {
        try (Connection other = database.connect()) {
            hold(other);
            Launch.Ended ended = launch("1s", "20s").run("run", "cleanup");
            assertEquals(0, ended.exit(), ended.toString());
            assertEquals(RunResult.SKIPPED_LOCKED, ended.report().result());
            String message = String.valueOf(ended.report().message());
            assertTrue(
                    message.startsWith("another run of task cleanup works in this database: session "), () -> message);
            release(other);
        }
    }

    @Test
    void failsAndNamesTheSessionThatHoldsTheLockLongerThanTheTimeout() throws SQLException {
        try (Connection other = database.connect()) {
            hold(other);
            Sql.of("set application_name = 'another client'").update(other);
            Sql.of("select pg_sleep(3.1)").list(other, row -> row);
            int pid = Sql.of("select pg_backend_pid() as pid")
                    .list(other, row -> row.get("pid", Integer.class))
                    .getFirst();
            Launch.Ended ended = launch("0s", "3s").run("run", "cleanup");
            assertEquals(75, ended.exit(), ended.toString());
            assertEquals("LockHeld", ended.report().reason());
            assertEquals("lock", ended.report().step());
            String message = String.valueOf(ended.report().message());
            assertTrue(message.startsWith("session " + pid + " (another client) has held the lock"), message);
            release(other);
        }
    }

    @Test
    void failsWhenTheAgeOfTheOtherTransactionIsHidden() throws SQLException {
        Databases.execute(
                database,
                "create role lock_guest login password 'guest'",
                "grant select, delete, update on all tables in schema public to lock_guest");
        try (Connection other = database.connect()) {
            hold(other);
            Launch.Ended ended = launch("0s", "20s")
                    .with(
                            "POSTGRES_DSN",
                            "postgresql://lock_guest:guest@127.0.0.1:" + database.port() + "/" + database.name())
                    .run("run", "cleanup");
            assertEquals("LockHeld", ended.report().reason(), ended.toString());
            release(other);
        }
    }

    private static void hold(Connection other) throws SQLException {
        other.setAutoCommit(false);
        assertTrue(TaskLock.of(TaskType.CLEANUP, Shard.WHOLE).take(other));
    }

    /** A server releases the lock of a closed connection some time later, and the next test takes the lock at once. */
    private static void release(Connection other) throws SQLException {
        other.rollback();
    }

    private Launch launch(String wait, String timeout) {
        return Databases.launch(database).with("CRM_TASK_LOCK_WAIT", wait).with("CRM_TASK_TIMEOUT", timeout);
    }

    /** A transaction sees one snapshot of the statistics, so each query uses a new session. */
    private void awaitLockWait() throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        long waitingRuns = 0;
        while (waitingRuns == 0 && System.nanoTime() < deadline) {
            try (Connection observer = database.connect()) {
                waitingRuns = Sql.of("select count(*) as n from pg_stat_activity where datname = current_database()"
                                + " and application_name like 'crm-task-runner/%' and query = 'ROLLBACK'")
                        .list(observer, row -> row.get("n", Long.class))
                        .getFirst();
            }
        }
        assertEquals(1, waitingRuns, "the run waits for the lock");
    }
}
