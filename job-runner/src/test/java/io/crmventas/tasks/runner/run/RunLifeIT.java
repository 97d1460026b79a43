package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.sql.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunLifeIT {
    private Database database = Databases.missing();

    @BeforeAll
    void createDatabase() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(database, "create table work (n int)");
    }

    @Test
    void reportsStepsCountsAndWarnings() {
        Launch.Ended ended = launch().doing(run -> {
                    run.steps().run("delete", () -> 1);
                    run.steps().skip("chat-sessions", "no such table");
                    run.outcome().count(Counts.NOTIFICATIONS_DELETED, 3);
                    run.outcome().warn("look at this");
                })
                .run("run", "cleanup");

        assertEquals(0, ended.exit());
        assertEquals(RunResult.SUCCEEDED, ended.report().result());
        assertEquals(
                List.of("connect", "lock", "schema", "delete", "chat-sessions"),
                steps(ended).stream().map(StepReport::name).toList());
        assertEquals(List.of("look at this"), ended.report().warnings());
        assertEquals("connected", ended.report().database());
        assertEquals("disabled", ended.report().redis());
        assertTrue(ended.report().usage() != null && ended.report().usage().peakMemoryBytes() > 10_000_000);
        assertTrue(ended.err().contains("msg=\"step ended\""), ended.err());
    }

    /** Elasticsearch refuses a line with an object where an earlier line of the same index had a text. */
    @Test
    void noFieldIsATextInTheLogAndAnObjectInTheReport() throws IOException {
        Launch.Ended ended = launch().with("LOG_FORMAT", "json")
                .doing(run -> run.outcome().count(Counts.NOTIFICATIONS_DELETED, 3))
                .run("run", "cleanup");

        JsonNode report = new ObjectMapper().readTree(ended.out());
        for (String line : ended.err().lines().toList()) {
            new ObjectMapper()
                    .readTree(line)
                    .fieldNames()
                    .forEachRemaining(field -> assertFalse(report.path(field).isObject(), line));
        }
    }

    @Test
    void unchangedRowsAreNoWork() {
        Launch.Ended ended = launch().doing(run -> {
                    run.outcome().count(Counts.METRICS_WRITTEN, 0);
                    run.outcome().count(Counts.METRICS_UNCHANGED, 7);
                })
                .run("run", "metrics-refresh");

        assertEquals(RunResult.NO_WORK, ended.report().result());
        assertEquals(0, ended.exit());
    }

    @Test
    void reportsPartialWorkWithTheStepThatFailed() {
        Launch.Ended ended = launch().doing(run -> {
                    run.outcome().count(Counts.NOTIFICATIONS_DELETED, 3);
                    run.steps()
                            .run(
                                    "metrics",
                                    () -> Sql.of("select 1 / 0")
                                            .update(run.transactions().connection()));
                })
                .run("run", "cleanup");

        assertEquals(70, ended.exit());
        assertEquals(RunResult.PARTIAL, ended.report().result());
        assertEquals("DatabaseError", ended.report().reason());
        assertEquals("metrics", ended.report().step());
        assertEquals("failed", steps(ended).getLast().outcome());
    }

    @Test
    void bugInATaskIsAnInternalError() {
        Launch.Ended ended = launch().doing(run -> run.steps().run("count", () -> {
                    throw new IllegalStateException("a bug with " + database.password());
                }))
                .run("run", "cleanup");

        assertEquals(70, ended.exit());
        assertEquals("InternalError", ended.report().reason());
        assertEquals("count", ended.report().step());
        assertTrue(String.valueOf(ended.report().message()).contains("a bug with ***"), ended.toString());
    }

    @Test
    void retriesATransientFaultWithTheSameNow() {
        List<Instant> nows = new ArrayList<>();

        Launch.Ended ended = launch().doing(run -> {
                    nows.add(run.now());
                    if (nows.size() < 3) {
                        throw new SQLException("deadlock detected", "40P01");
                    }
                })
                .run("run", "cleanup");

        assertEquals(0, ended.exit());
        assertEquals(3, ended.report().attempts());
        assertEquals(1, nows.stream().distinct().count(), nows.toString());
        assertEquals(nows.getFirst().toString(), ended.report().now());
        assertTrue(Duration.between(nows.getFirst(), Instant.now()).abs().toMinutes() < 2, "the database's clock");
    }

    @Test
    void transientFaultExitsWith75AfterTheLastRetry() {
        Launch.Ended ended = launch().with("CRM_TASK_RETRY_LIMIT", "1")
                .doing(run -> {
                    throw new SQLException("could not serialize", "40001");
                })
                .run("run", "cleanup");

        assertEquals(75, ended.exit());
        assertEquals("TransientFault", ended.report().reason());
        assertEquals(2, ended.report().attempts());
    }

    @Test
    void retriesAfterALostConnection() {
        List<Integer> attempts = new ArrayList<>();

        Launch.Ended ended = launch().doing(run -> {
                    attempts.add(attempts.size());
                    if (attempts.size() == 1) {
                        Sql.of("select pg_terminate_backend(pg_backend_pid())")
                                .list(run.transactions().connection(), row -> row);
                    }
                })
                .run("run", "cleanup");

        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(2, ended.report().attempts());
    }

    @Test
    void usesTheInstantOfOptionAsOf() {
        List<Instant> nows = new ArrayList<>();

        launch().doing(run -> nows.add(run.now()))
                .run("run", "cleanup", "--as-of", "2026-05-04T09:00:00.123456789-03:00");

        assertEquals(List.of(Instant.parse("2026-05-04T12:00:00.123456Z")), nows);
    }

    @Test
    void dryRunRollsBackAndReportsItsCounts() throws SQLException {
        Launch.Ended ended = launch().doing(run -> run.outcome()
                        .count(
                                Counts.REPORTS,
                                run.transactions()
                                        .run(c -> Sql.of("insert into work values (1)")
                                                .update(c))))
                .run("run", "daily-reports", "--dry-run");

        assertTrue(ended.report().dryRun());
        assertEquals(RunResult.SUCCEEDED, ended.report().result());
        try (Connection connection = database.connect()) {
            assertEquals(
                    0L,
                    Sql.of("select count(*) as n from work")
                            .list(connection, row -> row.get("n", Long.class))
                            .getFirst());
        }
    }

    @Test
    void retriedDryRunCountsOnce() {
        AtomicBoolean failed = new AtomicBoolean();
        Launch.Ended ended = launch().doing(run -> {
                    run.outcome().count(Counts.REPORTS, 3);
                    if (failed.compareAndSet(false, true)) {
                        throw new SQLException("a serialization failure", "40001");
                    }
                })
                .run("run", "daily-reports", "--dry-run");

        assertEquals(2, ended.report().attempts(), ended.toString());
        assertEquals(Map.of(Counts.REPORTS, 3L), ended.report().counts());
    }

    /** The server releases a lock shortly after its session ends. Without this wait, a retry could find it taken. */
    private Launch launch() {
        return Databases.launch(database).with("CRM_TASK_LOCK_WAIT", "10s");
    }

    private static List<StepReport> steps(Launch.Ended ended) {
        List<StepReport> steps = ended.report().steps();
        assertNotNull(steps);
        return steps;
    }
}
