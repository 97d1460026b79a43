package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectFailureIT {
    private static final String CANARY = "canary-pass-815";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void wrongPasswordIsPermanentAndTriedOnce() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);

        Launch.Ended ended = launch(
                        "postgresql://postgres:" + CANARY + "@127.0.0.1:" + database.port() + "/" + database.name())
                .run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseAuthenticationFailed", 1);
    }

    @Test
    void unknownDatabaseIsPermanent() {
        Database database = Databases.missing();

        Launch.Ended ended = Databases.launch(database).run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseNotFound", 1);
        assertTrue(String.valueOf(ended.report().message()).contains("nobody_made_me"));
    }

    @Test
    void demandForTlsThatTheServerDoesNotSpeakIsPermanent() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);

        Launch.Ended ended = Databases.launch(database)
                .with("POSTGRES_DSN", database.dsn() + "?sslmode=require")
                .run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseSettingsRejected", 1);
    }

    @Test
    void closedPortIsTriedAgainAndThenUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            port = socket.getLocalPort();
        }

        Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + port + "/crm")
                .with("CRM_TASK_RETRY_LIMIT", "3")
                .run("run", "cleanup");

        assertFailed(ended, 69, "DatabaseUnavailable", 4);
        assertTrue(String.valueOf(ended.report().message()).contains("tried 4 times"));
    }

    @Test
    void unknownHostIsUnavailable() {
        Launch.Ended ended = launch("postgresql://u:" + CANARY + "@no-such-host.invalid/crm")
                .with("CRM_TASK_RETRY_LIMIT", "0")
                .run("run", "cleanup");

        assertFailed(ended, 69, "DatabaseUnavailable", 1);
        assertTrue(String.valueOf(ended.report().message()).contains("UnknownHostException"));
    }

    @Test
    void serverThatAcceptsAndSaysNothingHoldsNobodyUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            long start = System.nanoTime();

            Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + silent.getLocalPort()
                            + "/crm?connect_timeout=1&sslmode=disable")
                    .with("CRM_TASK_RETRY_LIMIT", "1")
                    .run("run", "cleanup");

            assertFailed(ended, 69, "DatabaseUnavailable", 2);
            assertTrue(since(start).toMillis() < 8000, "took " + since(start));
        }
    }

    @Test
    void serverThatSaysNothingGivesWayToTheNextHost() throws IOException, SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            String hosts = "@127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:";

            Launch.Ended ended = Databases.launch(database)
                    .with(
                            "POSTGRES_DSN",
                            database.dsn().replace("@127.0.0.1:", hosts) + "?connect_timeout=1&sslmode=disable")
                    .run("run", "cleanup");

            assertEquals(0, ended.exit(), ended.toString());
        }
    }

    @Test
    void deadlineEndsTheWaitForAConnection() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + silent.getLocalPort()
                            + "/crm?connect_timeout=30&sslmode=disable")
                    .with("CRM_TASK_TIMEOUT", "1s")
                    .run("run", "cleanup");

            assertFailed(ended, 75, "DeadlineExceeded", 1);
        }
    }

    private static Launch launch(String dsn) {
        return Launch.quick().canary(CANARY).canary(dsn).with("POSTGRES_DSN", dsn);
    }

    private static void assertFailed(Launch.Ended ended, int exit, String reason, int attempts) {
        RunReport report = ended.report();
        assertEquals(reason, report.reason(), ended.toString());
        assertEquals(exit, ended.exit(), ended.toString());
        assertEquals(RunResult.FAILED, report.result());
        assertEquals("connect", report.step());
        assertEquals("failed", report.database());
        assertEquals(attempts, report.attempts());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
