package io.crmventas.tasks.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoMainIT {
    @SuppressWarnings("NullAway.Init")
    private static DemoDatabase server;

    @BeforeAll
    static void start() {
        server = DemoDatabase.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void seedsOnceAndTicks() throws Exception {
        String dsn = server.createDatabase("crm", CrmSchema.EMPTY).dsn();
        var environment = Map.of("POSTGRES_DSN", dsn);
        var seed = List.of("seed", "--now", "2026-11-20T15:00:00Z", "--messages", "2000");
        assertEnds(0, "seeded 4 tenants", seed, environment);
        assertEnds(0, "nothing done", seed, environment);
        assertEnds(0, "ticked at 2026-11-20T15:05:00Z", List.of("tick", "--now", "2026-11-20T15:05:00Z"), environment);
    }

    @Test
    void readsTheDatabaseFromSeparateVariables() throws SQLException, InterruptedException {
        server.createDatabase("parts", CrmSchema.EMPTY);
        assertEnds(
                0,
                "answers, PostgreSQL 18",
                List.of("wait"),
                Map.of(
                        "POSTGRES_HOST",
                        "127.0.0.1",
                        "POSTGRES_PORT",
                        Integer.toString(server.port()),
                        "POSTGRES_DB",
                        "parts",
                        "POSTGRES_PASSWORD",
                        DemoDatabase.PASSWORD));
    }

    @Test
    void reportsTheCauseWithoutThePassword() throws InterruptedException {
        String noSuchDatabase = server.database("nowhere").dsn();
        assertEnds(69, "\"nowhere\" does not exist", List.of("wait", "--dsn", noSuchDatabase), Map.of());
        String wrongPassword = "postgresql://postgres:wr0ng@127.0.0.1:" + server.port() + "/postgres";
        assertEnds(69, "authentication failed", List.of("seed", "--dsn", wrongPassword), Map.of());
        assertEnds(
                69, "refused", List.of("wait", "--wait", "0s", "--dsn", "postgres://u:wr0ng@127.0.0.1:1/x"), Map.of());
        assertEnds(64, "no database", List.of("seed"), Map.of());
        assertEnds(64, "unknown option", List.of("seed", "--colour", "red"), Map.of());
        assertEnds(64, "--now cannot be read", List.of("seed", "--now", "noon", "--dsn", noSuchDatabase), Map.of());
    }

    private static void assertEnds(int exit, String expected, List<String> words, Map<String, String> environment)
            throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            int code = DemoMain.run(words, environment, out, out);
            String output = bytes.toString(StandardCharsets.UTF_8);
            assertEquals(exit, code, output);
            assertTrue(output.contains(expected), output);
            assertFalse(output.contains(DemoDatabase.PASSWORD) || output.contains("wr0ng"), output);
        }
    }
}
