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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A run that may wait for another of its task. */
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
            assertTrue(TaskLock.take(other, TaskType.CLEANUP, Shard.WHOLE));
            waiting = CompletableFuture.supplyAsync(() -> launch("15s", "20s").run("run", "cleanup"));
            awaitAsking(other);
        }
        Launch.Ended ended = waiting.join();
        assertEquals(RunResult.NO_WORK, ended.report().result(), ended.toString());
        assertEquals(1, ended.report().attempts());
    }

    @Test
    void isSkippedWhenTheOtherRunOutlastsTheWait() throws SQLException {
        try (Connection other = database.connect()) {
            assertTrue(TaskLock.take(other, TaskType.CLEANUP, Shard.WHOLE));
            Launch.Ended ended = launch("1s", "20s").run("run", "cleanup");
            assertEquals(0, ended.exit(), ended.toString());
            assertEquals(RunResult.SKIPPED_LOCKED, ended.report().result());
        }
    }

    private Launch launch(String wait, String timeout) {
        return Databases.launch(database).with("CRM_TASK_LOCK_WAIT", wait).with("CRM_TASK_TIMEOUT", timeout);
    }

    private static void awaitAsking(Connection connection) throws SQLException {
        long asking = 0;
        while (asking == 0) {
            asking = Sql.of("select count(*) as n from pg_stat_activity where datname = current_database()"
                            + " and state = 'idle' and query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()")
                    .list(connection, row -> row.get("n", Long.class))
                    .getFirst();
        }
    }
}
