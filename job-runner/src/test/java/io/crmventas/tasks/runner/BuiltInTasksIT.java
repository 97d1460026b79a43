package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoData;
import io.crmventas.tasks.demo.EmbeddedRedis;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs each built-in task in its own process, with the least rights that the task needs. The CRM has work for every
 * task.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuiltInTasksIT {
    private static final Instant NOW = Instant.parse("2026-05-04T15:30:00Z");
    private static final String PASSWORD = "canary/r%le";
    private static final String PASSWORD_IN_DSN = "canary%2Fr%25le";
    private static final String REDIS_PASSWORD = "canary-redis-1";

    private Database database = Databases.missing();
    private final EmbeddedRedis redis = EmbeddedRedis.startWithPassword(REDIS_PASSWORD);

    @BeforeAll
    void fill() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
        try (Connection connection = database.connect()) {
            DemoData.around(NOW).fill(connection);
        }
        for (TaskType task : TaskType.values()) {
            Databases.execute(
                    database,
                    "drop role if exists \"" + role(task) + "\"",
                    "create role \"" + role(task) + "\" login password '" + PASSWORD + "'",
                    // Without the search path of the grants, a session would find the tables of this schema first.
                    "create schema \"" + role(task) + "\" authorization \"" + role(task) + "\"");
            for (String table :
                    List.of("tenants", "users", "leads", "chat_messages", "notifications", "seller_metrics")) {
                Databases.execute(database, "create table \"" + role(task) + "\"." + table + " (decoy int)");
            }
            Databases.execute(database, grants(task));
        }
    }

    @AfterAll
    void stop() throws SQLException {
        redis.close();
        for (TaskType task : TaskType.values()) {
            Databases.execute(database, "drop schema \"" + role(task) + "\" cascade");
            Databases.execute(database, "drop owned by \"" + role(task) + "\"", "drop role \"" + role(task) + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void dryRunCountsLikeTheRunAndSecondRunFindsNoWork(TaskType task) {
        Launch.Ended dry = run(task, "--dry-run");
        assertEquals(0, dry.exit(), dry.toString());
        assertEquals(RunResult.SUCCEEDED, dry.report().result(), dry.toString());

        Launch.Ended first = run(task);
        assertEquals(0, first.exit(), first.toString());
        assertEquals(RunResult.SUCCEEDED, first.report().result(), first.toString());
        assertEquals(NOW.toString(), first.report().now());
        assertEquals(dry.report().counts(), first.report().counts(), "counts of the dry run");
        assertEquals(
                task == TaskType.CLEANUP ? "unknown" : "available",
                first.report().redis(),
                first.toString());

        Launch.Ended second = run(task);
        assertEquals(0, second.exit(), second.toString());
        assertEquals(RunResult.NO_WORK, second.report().result(), second.toString());
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void refusalNamesTheUnknownParameter(TaskType task) {
        Launch.Ended ended = launch(task)
                .with("CRM_TASK_PARAMETERS", "{\"nonsense\": 1, \"language\": \"xx\"}")
                .tasks(TaskCatalog.BUILT_IN)
                .run("run", task.id());

        assertEquals(64, ended.exit());
        assertEquals("InvalidParameters", ended.report().reason());
        assertTrue(String.valueOf(ended.report().message()).contains("nonsense"), ended.toString());
    }

    private static String[] grants(TaskType task) {
        return new Launch()
                .run("grants", task.id(), "--role", role(task))
                .out()
                .lines()
                .toArray(String[]::new);
    }

    private Launch.Ended run(TaskType task, String... more) {
        Launch launch = launch(task);
        String[] arguments = new String[4 + more.length];
        arguments[0] = "run";
        arguments[1] = task.id();
        arguments[2] = "--as-of";
        arguments[3] = NOW.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        return launch.assertNoSecret(launch.start(RunnerMain.class, arguments).awaitEnd());
    }

    private Launch launch(TaskType task) {
        return Launch.quick()
                .with("CRM_TASK_TIMEOUT", "2m")
                .with(
                        "POSTGRES_DSN",
                        "postgresql+asyncpg://" + role(task) + ":" + PASSWORD_IN_DSN + "@127.0.0.1:" + database.port()
                                + "/" + database.name())
                .with("REDIS_CACHE_ENABLED", "true")
                .with("REDIS_HOST", redis.host())
                .with("REDIS_PORT", String.valueOf(redis.port()))
                .with("REDIS_PASSWORD", REDIS_PASSWORD)
                .canary(PASSWORD)
                .canary(PASSWORD_IN_DSN)
                .canary(REDIS_PASSWORD);
    }

    private static String role(TaskType task) {
        return "least " + task.id();
    }
}
