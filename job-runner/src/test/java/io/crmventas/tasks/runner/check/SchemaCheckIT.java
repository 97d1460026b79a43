package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckIT {
    private static final String ROLE_PASSWORD = "canary_role_4711";

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void acceptsTheCrmsSchemaWithAndWithoutOptionalTables(TaskType task) throws SQLException {
        for (CrmSchema schema : List.of(CrmSchema.REFERENCE, CrmSchema.REFERENCE_AND_OPTIONAL)) {
            Launch.Ended ended = Databases.launch(Databases.create(schema)).run("run", task.id());

            assertEquals(0, ended.exit(), ended.toString());
        }
    }

    @Test
    void namesAllMissingTablesAndColumns() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
        Databases.execute(
                database,
                "drop table seller_metrics",
                "alter table notifications drop column expires_at",
                "alter table chat_sessions drop column last_activity");

        Launch.Ended ended = Databases.launch(database).run("run", "cleanup");

        assertEquals(78, ended.exit());
        assertEquals("SchemaMismatch", ended.report().reason());
        assertEquals("schema", ended.report().step());
        assertEquals("connected", ended.report().database());
        assertEquals(
                "missing: column notifications.expires_at; table seller_metrics; column chat_sessions.last_activity",
                ended.report().message());
    }

    @Test
    void namesTheMissingGrants() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
        Databases.execute(
                database,
                "drop role if exists \"runner-guest\"",
                "create role \"runner-guest\" login password '" + ROLE_PASSWORD + "'",
                "grant select on notifications, seller_metrics, chat_sessions to \"runner-guest\"",
                "grant delete, update (id) on notifications to \"runner-guest\"");

        Launch.Ended ended = launchAs(database, "runner-guest").run("run", "cleanup");

        assertEquals(78, ended.exit(), ended.toString());
        assertEquals("PermissionDenied", ended.report().reason());
        assertEquals(
                "not granted; run: grant delete on seller_metrics to \"runner-guest\";"
                        + " grant update on seller_metrics to \"runner-guest\";"
                        + " grant delete on chat_sessions to \"runner-guest\";"
                        + " grant update on chat_sessions to \"runner-guest\"",
                ended.report().message());
        Databases.execute(database, "drop owned by \"runner-guest\"", "drop role \"runner-guest\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crm", "CRM-Prod", "crm prod"})
    void findsTablesInTheSchemaThatItAdvisesToName(String schema) throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);
        Databases.execute(database, "create schema \"" + schema + "\"");
        try (var connection = database.connect()) {
            connection.setSchema(schema);
            CrmSchema.REFERENCE.create(connection);
        }

        Launch.Ended withoutSearchPath = Databases.launch(database).run("run", "cleanup");
        assertEquals("SchemaMismatch", withoutSearchPath.report().reason());
        Matcher advice = Pattern.compile("\\?options=\\S+")
                .matcher(String.valueOf(withoutSearchPath.report().message()));
        assertTrue(advice.find(), withoutSearchPath.toString());
        Launch.Ended withSearchPath = Databases.launch(database)
                .with("POSTGRES_DSN", database.dsn() + advice.group())
                .run("run", "cleanup");
        assertEquals(0, withSearchPath.exit(), withSearchPath.toString());
    }

    @Test
    void namesTheMissingUsageOfTheSchema() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "drop role if exists role_without_usage",
                "create role role_without_usage login password '" + ROLE_PASSWORD + "'",
                "revoke usage on schema public from public");

        Launch.Ended ended = launchAs(database, "role_without_usage").run("run", "cleanup");

        assertEquals("PermissionDenied", ended.report().reason(), ended.toString());
        assertEquals(
                "not granted; run: grant usage on schema public to role_without_usage",
                ended.report().message());
        Databases.execute(database, "drop role role_without_usage");
    }

    @Test
    void ignoresTheTableOfAnotherApplication() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "create schema another_application",
                "create table another_application.chat_sessions (id int)",
                "drop role if exists runner_neighbour",
                "create role runner_neighbour login password '" + ROLE_PASSWORD + "'",
                "grant select, update, delete on notifications, seller_metrics to runner_neighbour");

        Launch.Ended ended = launchAs(database, "runner_neighbour").run("run", "cleanup");

        assertEquals(0, ended.exit(), ended.toString());
        Databases.execute(database, "drop owned by runner_neighbour", "drop role runner_neighbour");
    }

    @Test
    void checkPrintsATableWithAdvice() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(database, "alter table leads drop column lead_source");

        Launch.Ended ended = Databases.launch(database).run("check", "all");

        assertEquals(78, ended.exit());
        List<String> lines = ended.out().lines().toList();
        assertTrue(lines.get(0).matches("TASK +WHAT +VERDICT +ADVICE"), ended.out());
        assertTrue(lines.get(1).matches("\\* +connection +ok +PostgreSQL .*"), ended.out());
        assertTrue(ended.out().contains("column leads.lead_source"), ended.out());
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("cleanup +chat_sessions +absent .*skips what needs it")),
                ended.out());
    }

    @Test
    void checkReportsWhyTheConnectionFailed() {
        Launch.Ended ended = Databases.launch(Databases.missing()).run("check", "all");

        assertEquals(78, ended.exit());
        assertTrue(ended.out().contains("DatabaseNotFound"), ended.out());
    }

    private static Launch launchAs(Database database, String role) {
        return Launch.quick()
                .canary(ROLE_PASSWORD)
                .with(
                        "POSTGRES_DSN",
                        "postgresql://" + role + ":" + ROLE_PASSWORD + "@127.0.0.1:" + database.port() + "/"
                                + database.name());
    }
}
