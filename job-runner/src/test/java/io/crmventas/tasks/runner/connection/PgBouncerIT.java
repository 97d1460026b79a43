package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Child;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RealTasks;
import io.crmventas.tasks.runner.RunnerMain;
import io.crmventas.tasks.runner.sql.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the four tasks through a real PgBouncer, while an application uses the same pool. */
@Timeout(120)
class PgBouncerIT {
    private static final String TENANT = "insert into tenants (id, bot_phone_number, clinic_name) values (1, '', '')";
    private static final String SELLER =
            "insert into users (email, role, status, tenant_id) values ('a@b', 'closer', 'active', 1)";

    private Database server = Databases.missing();

    @BeforeEach
    void createDatabase() throws SQLException {
        server = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(server, TENANT, SELLER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void everyTaskLeavesThePooledSessionsAsTheyWere(String mode) throws IOException, SQLException {
        try (PgBouncer pooler = PgBouncer.start(server, mode)) {
            List<Map<String, String>> before = pooledSettings(pooler);
            for (TaskType task : TaskType.values()) {
                Launch.Ended ended = run(pooler, task);
                assertEquals(0, ended.exit(), ended.toString());
                assertFalse(ended.report().result() == RunResult.SKIPPED_LOCKED, ended.toString());
                assertEquals(before, pooledSettings(pooler), task.id());
                assertEquals(List.of(), advisoryLocks());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void nextRunWorksAfterAKilledRun(String mode) throws IOException, SQLException {
        try (PgBouncer pooler = PgBouncer.start(server, mode);
                Connection application = server.connect()) {
            List<Map<String, String>> before = pooledSettings(pooler);
            application.setAutoCommit(false);
            Sql.of("lock table seller_metrics in access exclusive mode").update(application);
            Child child = launch(pooler).start(RunnerMain.class, "run", "metrics-refresh");
            awaitTrue("select count(*) > 0 as it from pg_stat_activity where datname = current_database()"
                    + " and wait_event_type = 'Lock'");
            child.kill();
            application.rollback();
            awaitTrue("select count(*) = 0 as it from pg_locks where locktype = 'advisory'"
                    + " and database = (select oid from pg_database where datname = current_database())");

            Launch.Ended next = run(pooler, TaskType.METRICS_REFRESH);
            assertEquals(RunResult.SUCCEEDED, next.report().result(), next.toString());
            assertEquals(before, pooledSettings(pooler));
        }
    }

    @Test
    void twoRunsAtOnceWriteEachRowOnce() throws IOException, SQLException {
        try (PgBouncer pooler = PgBouncer.start(server, "transaction")) {
            List<CompletableFuture<Launch.Ended>> runs = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                runs.add(CompletableFuture.supplyAsync(() -> launch(pooler)
                        .with("CRM_TASK_LOCK_WAIT", "10s")
                        .tasks(RealTasks.catalog())
                        .run("run", "metrics-refresh", "--as-of", "2026-05-04T12:00:00Z")));
            }
            long written = 0;
            for (CompletableFuture<Launch.Ended> run : runs) {
                Launch.Ended ended = run.join();
                assertEquals(0, ended.exit(), ended.toString());
                Map<String, Long> counts = ended.report().counts();
                written += counts == null ? 0 : counts.getOrDefault("metricsWritten", 0L);
            }
            assertEquals(1, written);
        }
    }

    @Test
    void statementModeIsRefusedOnceWithTheFix() throws IOException {
        try (PgBouncer pooler = PgBouncer.start(server, "statement")) {
            Launch.Ended ended = run(pooler, TaskType.CLEANUP);
            assertEquals(78, ended.exit(), ended.toString());
            assertEquals("DatabaseSettingsRejected", ended.report().reason());
            assertEquals(1, ended.report().attempts());
            assertTrue(String.valueOf(ended.report().message()).contains("transaction mode"), ended.toString());
        }
    }

    @Test
    void refusedStartupOptionIsPermanent() throws IOException {
        try (PgBouncer pooler = PgBouncer.start(server, "transaction")) {
            Launch.Ended ended = launch(pooler)
                    .with("POSTGRES_DSN", pooler.database().dsn() + "?options=-csearch_path%3Dpublic")
                    .tasks(RealTasks.catalog())
                    .run("run", "cleanup");
            assertEquals(78, ended.exit(), ended.toString());
            assertEquals("DatabaseSettingsRejected", ended.report().reason());
            assertEquals(1, ended.report().attempts());
            assertTrue(String.valueOf(ended.report().message()).contains("ignore_startup_parameters"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "no_such_role"})
    void refusedLoginIsPermanent(String user) throws IOException {
        try (PgBouncer pooler = PgBouncer.start(server, "transaction")) {
            String dsn = pooler.database().dsn().replaceFirst("://[^@]*@", "://" + user + ":canary-pass-816@");
            Launch.Ended ended = launch(pooler)
                    .with("POSTGRES_DSN", dsn)
                    .tasks(RealTasks.catalog())
                    .run("run", "cleanup");
            assertEquals(78, ended.exit(), ended.toString());
            assertEquals("DatabaseAuthenticationFailed", ended.report().reason());
            assertEquals(1, ended.report().attempts());
        }
    }

    @Test
    void fullPoolerIsOverloadAndIsRetried() throws IOException, SQLException {
        try (PgBouncer pooler = PgBouncer.start(server, "transaction", "max_client_conn = 1");
                Connection application = pooler.connect()) {
            assertTrue(application.isValid(5));
            Launch.Ended ended = run(pooler, TaskType.CLEANUP);
            assertEquals(75, ended.exit(), ended.toString());
            assertEquals("DatabaseOverloaded", ended.report().reason());
            assertEquals(3, ended.report().attempts());
        }
    }

    private static Launch.Ended run(PgBouncer pooler, TaskType task) {
        return launch(pooler).tasks(RealTasks.catalog()).run("run", task.id());
    }

    private static Launch launch(PgBouncer pooler) {
        return Databases.launch(pooler.database());
    }

    /**
     * Returns the settings of every server session of the pool. Each of these concurrent transactions gets its own
     * server session.
     */
    private static List<Map<String, String>> pooledSettings(PgBouncer pooler) throws SQLException {
        List<Connection> clients = new ArrayList<>();
        List<Map<String, String>> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < PgBouncer.POOL_SIZE; i++) {
                Connection client = pooler.connect();
                clients.add(client);
                client.setAutoCommit(false);
                Map<String, String> settings = new TreeMap<>();
                Sql.of("select name, setting from pg_settings where context in ('user', 'superuser')"
                                + " and name not in ('application_name', 'transaction_read_only')")
                        .list(
                                client,
                                row -> settings.put(row.get("name", String.class), row.get("setting", String.class)));
                sessions.add(settings);
            }
        } finally {
            for (Connection client : clients) {
                client.rollback();
                client.close();
            }
        }
        return sessions;
    }

    private List<String> advisoryLocks() throws SQLException {
        try (Connection observer = server.connect()) {
            return Sql.of("select pid::text as pid from pg_locks where locktype = 'advisory'"
                            + " and database = (select oid from pg_database where datname = current_database())")
                    .list(observer, row -> row.get("pid", String.class));
        }
    }

    private void awaitTrue(String query) throws SQLException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        boolean answer = false;
        while (!answer && System.nanoTime() < deadline) {
            try (Connection observer = server.connect()) {
                answer = Sql.of(query)
                        .list(observer, row -> row.get("it", Boolean.class))
                        .getFirst();
            }
        }
        assertTrue(answer, query);
    }
}
