package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoData;
import io.crmventas.tasks.runner.check.Grants;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MigrateIT {
    private static final Instant NOW = Instant.parse("2026-05-04T15:30:00Z");
    private static final String PASSWORD = "canary_guest_4711";

    private Database database = Databases.missing();

    @BeforeEach
    void create() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
    }

    @Test
    void makesItsOwnSchemaAndNothingElse() throws SQLException {
        List<String> before = relations();
        Launch.Ended dry = Databases.launch(database).run("migrate", "--dry-run");
        assertEquals("schema crm_tasks: would make 1 conversations, 2 task runs", dry.lastLine(), dry.toString());
        assertEquals(before, relations());

        Launch.Ended ended = Databases.launch(database).run("migrate");
        assertEquals(0, ended.exit(), ended.toString());
        assertTrue(
                ended.lastLine().startsWith("schema crm_tasks: made 1 conversations, 2 task runs"), ended.toString());
        List<String> made = relations().stream()
                .filter(relation -> !before.contains(relation))
                .toList();
        assertFalse(made.isEmpty());
        assertTrue(made.stream().allMatch(relation -> relation.startsWith("crm_tasks.")), made.toString());
        assertTrue(relations().containsAll(before), "a table of the CRM was changed");

        assertEquals(
                "schema crm_tasks is up to date",
                Databases.launch(database).run("migrate").lastLine());
    }

    @Test
    void severalAtOnceEndWell() throws SQLException {
        List<Integer> exits = IntStream.range(0, 3)
                .parallel()
                .mapToObj(i -> Databases.launch(database).run("migrate").exit())
                .toList();
        assertEquals(List.of(0, 0, 0), exits);
        assertTrue(relations().stream().anyMatch(relation -> relation.startsWith("crm_tasks.conversations ")));
    }

    @Test
    void saysThatItMayNot() throws SQLException {
        Launch.Ended ended = guest().run("migrate");
        assertEquals(78, ended.exit(), ended.toString());
        assertTrue(ended.err().contains("PermissionDenied: ERROR: permission denied"), ended.toString());
    }

    @Test
    void metricsRefreshRemembersUnderItsLeastRightsAndWorksWithoutThem() throws SQLException {
        try (Connection connection = database.connect()) {
            new DemoData(NOW, 1, 2, 5, 1_000).fill(connection);
        }
        Launch guest = guest();
        Databases.execute(
                database,
                Grants.statements(TaskType.METRICS_REFRESH, "migrate-guest").toArray(String[]::new));
        Databases.launch(database).run("migrate");

        refresh(guest);
        assertEquals(0, remembered());
        Databases.execute(database, Grants.memory("migrate-guest").toArray(String[]::new));
        refresh(guest);
        assertTrue(remembered() > 0);
    }

    private static void refresh(Launch guest) {
        Launch.Ended ended = guest.tasks(new BuiltInTasks()).run("run", "metrics-refresh", "--as-of", NOW.toString());
        assertEquals(0, ended.exit(), ended.toString());
        assertTrue(
                List.of(RunResult.SUCCEEDED, RunResult.NO_WORK)
                        .contains(ended.report().result()),
                ended.toString());
    }

    private Launch guest() throws SQLException {
        Databases.execute(
                database,
                "do $$ begin if to_regrole('\"migrate-guest\"') is null then"
                        + " create role \"migrate-guest\" login password '" + PASSWORD + "'; end if; end $$");
        return Launch.quick()
                .with(
                        "POSTGRES_DSN",
                        "postgresql://migrate-guest:" + PASSWORD + "@127.0.0.1:" + database.port() + "/"
                                + database.name())
                .canary(PASSWORD);
    }

    private long remembered() throws SQLException {
        try (Connection connection = database.connect()) {
            return Sql.of("select count(*) as n from crm_tasks.conversations")
                    .list(connection, row -> row.get("n", Long.class))
                    .getFirst();
        }
    }

    /** With their number of columns, so that an altered table shows. */
    private List<String> relations() throws SQLException {
        try (Connection connection = database.connect()) {
            return Sql.of("""
                            select n.nspname || '.' || c.relname || ' ' || c.relnatts as relation
                            from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1""").list(connection, row -> row.get("relation", String.class));
        }
    }
}
