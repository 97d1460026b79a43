package io.crmventas.tasks.runner.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.EarlierRun;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.FakeTask;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.check.Grants;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunTraceIT {
    private static final String GUEST = "trace-guest";
    private static final String PASSWORD = "canary_trace_4711";

    private Database database = Databases.missing();

    @BeforeEach
    void create() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE);
        Databases.launch(database).run("migrate");
    }

    @Test
    void tellsHowTheEarlierRunsOfTheResourceEnded() {
        job("cleanup-1")
                .doing(run -> run.outcome().count(Counts.NOTIFICATIONS_DELETED, 3))
                .run("run", "cleanup");
        job("cleanup-2").doing(failing("22012")).run("run", "cleanup");
        job("other-1").with("CRM_TASK_NAME", "other").run("run", "cleanup");

        List<EarlierRun> earlier = earlier(job("cleanup-3").run("run", "cleanup"));

        assertEquals(
                List.of("cleanup-2", "cleanup-1"),
                earlier.stream().map(EarlierRun::jobName).toList());
        assertEquals(
                List.of(RunResult.FAILED, RunResult.SUCCEEDED),
                earlier.stream().map(EarlierRun::result).toList());
        assertEquals("DatabaseError", earlier.getFirst().reason());
        assertTrue(earlier.stream().allMatch(run -> run.completionTime() != null));
        assertEquals(
                List.of(
                        "cleanup-1 Succeeded {\"notificationsDeleted\": 3}",
                        "cleanup-2 Failed {}",
                        "cleanup-3 NoWork {}"),
                rows("select job_name || ' ' || result || ' ' || counts as line from crm_tasks.task_runs"
                        + " where name = 'cleanup' and ended_at >= started_at order by run_id"));
    }

    @Test
    void saysNothingOfARunThatWasCutOff() {
        job("cleanup-1")
                .doing(run -> Sql.of("select pg_terminate_backend(pg_backend_pid())")
                        .list(run.transactions().connection(), row -> row))
                .with("CRM_TASK_RETRY_LIMIT", "0")
                .run("run", "cleanup");

        assertEquals(List.of("Running"), rows("select result as line from crm_tasks.task_runs where ended_at is null"));
        assertEquals(List.of(), earlier(job("cleanup-2").run("run", "cleanup")));
    }

    @Test
    void recordsTheLastOfSeveralAttempts() {
        int[] tries = {0};
        Launch.Ended ended = job("cleanup-1")
                .doing(run -> {
                    tries[0]++;
                    if (tries[0] == 1) {
                        throw new SQLException("deadlock detected", "40P01");
                    }
                    assertEquals(List.of("Running"), rows("select result as line from crm_tasks.task_runs"));
                })
                .run("run", "cleanup");

        assertTrue(ended.report().attempts() >= 2, ended.toString());
        assertEquals(
                List.of("NoWork "),
                rows("select result || ' ' || coalesce(reason, '') as line from crm_tasks.task_runs"));
    }

    @Test
    void leavesNoTraceOfADryRunNorOutsideOfAJob() {
        assertNull(job("cleanup-1").run("run", "cleanup", "--dry-run").report().warnings());
        Databases.launch(database).run("run", "cleanup");

        assertEquals(List.of(), rows("select job_name as line from crm_tasks.task_runs"));
    }

    @Test
    void keepsTheNewestOfEachResource() throws SQLException {
        Databases.execute(
                database,
                "insert into crm_tasks.task_runs (job_name, namespace, name, task, shard, started_at, ended_at, result)"
                        + " select 'cleanup-old-' || i, 'crm', n, 'cleanup', '', now(), now(), 'NoWork'"
                        + " from generate_series(1, 60) i, unnest('{cleanup,other}'::text[]) n order by n, i");

        Launch.Ended ended = job("cleanup-new").run("run", "cleanup");

        assertEquals(RunTrace.KEPT, count("name = 'cleanup'"));
        assertEquals(1, count("job_name = 'cleanup-new'"));
        assertEquals(60, count("name = 'other'"));
        assertEquals(
                List.of("cleanup-old-60", "cleanup-old-59", "cleanup-old-58", "cleanup-old-57", "cleanup-old-56"),
                earlier(ended).stream().map(EarlierRun::jobName).toList());
    }

    @Test
    void neitherFailsNorWaitsWhenTheTraceIsLocked() throws SQLException {
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            Sql.of("lock table crm_tasks.task_runs in access exclusive mode").update(other);
            long[] millis = {0};
            long start = System.nanoTime();

            Launch.Ended ended = job("cleanup-1")
                    .doing(run -> millis[0] = Sql.of(
                                    "select setting::bigint as n from pg_settings where name = 'lock_timeout'")
                            .list(run.transactions().connection(), row -> row.get("n", Long.class))
                            .getFirst())
                    .run("run", "cleanup");

            assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 5_000);
            assertEquals(RunResult.NO_WORK, ended.report().result(), ended.toString());
            assertEquals(
                    List.of("this run is not in the trace crm_tasks.task_runs:"
                            + " ERROR: canceling statement due to lock timeout"),
                    ended.report().warnings());
            assertTrue(millis[0] > 5_000, "the run's own limit is " + millis[0]);
        }
    }

    @Test
    void warnsOfATraceThatRefusesTheRun() throws SQLException {
        Databases.execute(database, "alter table crm_tasks.task_runs add check (result = 'Running')");

        Launch.Ended ended = job("cleanup-1").run("run", "cleanup");

        assertEquals(RunResult.NO_WORK, ended.report().result());
        assertEquals(1, ended.report().warnings().size(), ended.toString());
    }

    @Test
    void worksUnderItsLeastRightsAndWithoutThem() throws SQLException {
        Databases.execute(
                database,
                "drop role if exists \"" + GUEST + "\"",
                "create role \"" + GUEST + "\" login password '" + PASSWORD + "'",
                "grant select, delete on notifications, seller_metrics to \"" + GUEST + "\"");

        Launch.Ended without = guest().run("run", "cleanup");
        assertEquals(RunResult.NO_WORK, without.report().result(), without.toString());
        assertNull(without.report().warnings());
        assertEquals(0, count("true"));

        Databases.execute(database, Grants.trace(GUEST).toArray(String[]::new));
        Launch.Ended with = guest().run("run", "cleanup");
        assertEquals(RunResult.NO_WORK, with.report().result(), with.toString());
        assertNull(with.report().warnings());
        assertEquals(1, count("ended_at is not null"));
        Databases.execute(database, "drop owned by \"" + GUEST + "\"", "drop role \"" + GUEST + "\"");
    }

    private Launch guest() {
        return Launch.quick()
                .canary(PASSWORD)
                .with("CRM_JOB_NAME", "cleanup-1")
                .with(
                        "POSTGRES_DSN",
                        "postgresql://" + GUEST + ":" + PASSWORD + "@127.0.0.1:" + database.port() + "/"
                                + database.name());
    }

    private Launch job(String name) {
        return Databases.launch(database).with("CRM_JOB_NAME", name);
    }

    private static FakeTask.Work failing(String state) {
        return run -> {
            throw new SQLException("broken", state);
        };
    }

    private static List<EarlierRun> earlier(Launch.Ended ended) {
        List<EarlierRun> earlier = ended.report().earlier();
        return earlier == null ? List.of() : earlier;
    }

    private long count(String condition) {
        return rows("select run_id::text as line from crm_tasks.task_runs where " + condition)
                .size();
    }

    private List<String> rows(String query) {
        try (Connection connection = database.connect()) {
            return Sql.of(query).list(connection, row -> row.get("line", String.class));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
