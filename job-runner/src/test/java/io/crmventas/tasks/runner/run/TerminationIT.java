package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Child;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.sql.Sql;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TerminationIT {
    /** The terminationGracePeriodSeconds of the pod. TerminationHookTest checks that the runner needs less. */
    private static final Duration KILLED_AFTER = Duration.ofSeconds(10);

    @Test
    void sigtermEndsARunWithAReport() throws SQLException {
        Database database = database();
        Launch launch = Databases.launch(database).with("CRM_TASK_TIMEOUT", "5m");
        Child child = launch.start(SleepingMain.class, "run", "cleanup").awaitLine("asleep");
        long start = System.nanoTime();

        Launch.Ended ended = launch.assertNoSecret(child.terminate().awaitEnd());

        assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(KILLED_AFTER) < 0, "too slow");
        assertTerminated(ended, "sleep");
        try (Connection connection = database.connect()) {
            assertEquals(
                    0L,
                    Sql.of("select count(*) as n from work")
                            .list(connection, row -> row.get("n", Long.class))
                            .getFirst(),
                    "the insert is rolled back");
        }
    }

    @Test
    void sigtermEndsARunThatIgnoresCancellation() throws SQLException {
        Launch launch = Databases.launch(database())
                .with("CRM_TASK_TIMEOUT", "5m")
                .with("SLEEP_IN_PROCESS", "yes")
                .with("REDIS_CACHE_ENABLED", "true")
                .with("REDIS_HOST", "127.0.0.1");
        Child child = launch.start(SleepingMain.class, "run", "cleanup").awaitLine("asleep");
        long start = System.nanoTime();

        Launch.Ended ended = launch.assertNoSecret(child.terminate().awaitEnd());

        assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(KILLED_AFTER) < 0, "too slow");
        assertTerminated(ended, "sleep");
        assertEquals(1L, ended.report().counts().get("redisNotConfirmed"), ended.toString());
        assertTrue(
                String.valueOf(ended.report().warnings()).contains("the run ended before it reached Redis"),
                ended.toString());
    }

    @Test
    void sigtermEndsTheWaitForAConnection() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Child child = Launch.quick()
                    .with("CRM_TASK_TIMEOUT", "5m")
                    .with(
                            "POSTGRES_DSN",
                            "postgresql://u@127.0.0.1:" + silent.getLocalPort()
                                    + "/crm?connect_timeout=60&sslmode=disable")
                    .start(SleepingMain.class, "run", "cleanup");
            silent.accept();
            long start = System.nanoTime();

            Launch.Ended ended = child.terminate().awaitEnd();

            assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(KILLED_AFTER) < 0, "too slow");
            assertTerminated(ended, "connect");
        }
    }

    private static Database database() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(database, "create table work (n int)");
        return database;
    }

    private static void assertTerminated(Launch.Ended ended, String step) {
        assertEquals(75, ended.exit(), ended.toString());
        assertEquals(RunResult.FAILED, ended.report().result());
        assertEquals("Terminated", ended.report().reason());
        assertEquals(step, ended.report().step());
        assertEquals(ended.terminationLog(), ended.lastLine());
    }
}
