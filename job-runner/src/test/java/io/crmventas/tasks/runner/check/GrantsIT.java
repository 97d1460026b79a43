package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The printed grants run as they are: in one transaction, on a CRM with or without the optional tables, in any schema. */
class GrantsIT {
    private static final String PASSWORD = "canary-grants-1";

    @ParameterizedTest
    @CsvSource({
        "REFERENCE, public",
        "REFERENCE_AND_OPTIONAL, public",
        "REFERENCE, it's \"crm\"",
        "REFERENCE_AND_OPTIONAL, it's \"crm\""
    })
    void printedGrantsSufficeForEveryTask(CrmSchema crm, String schema) throws SQLException {
        String role = "guest's \"role\"";
        String quoted = "\"guest's \"\"role\"\"\"";
        Database database = Databases.create(CrmSchema.EMPTY);
        Databases.execute(
                database,
                "drop role if exists " + quoted,
                "create role " + quoted + " login password '" + PASSWORD + "'");
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            if (!schema.equals("public")) {
                statement.execute("create schema \"it's \"\"crm\"\"\"");
                owner.setSchema(schema);
            }
            crm.create(owner);
            statement.execute("set search_path = pg_catalog");
            owner.setAutoCommit(false);
            statement.execute(new Launch()
                    .run("grants", "all", "--role", role, "--schema", schema)
                    .out());
            owner.commit();
        }

        Launch.Ended ended = Launch.quick()
                .canary(PASSWORD)
                .with("POSTGRES_HOST", "127.0.0.1")
                .with("POSTGRES_PORT", String.valueOf(database.port()))
                .with("POSTGRES_DB", database.name())
                .with("POSTGRES_USER", role)
                .with("POSTGRES_PASSWORD", PASSWORD)
                .run("check", "all");

        assertEquals(0, ended.exit(), ended.toString());
        Databases.execute(database, "drop owned by " + quoted, "drop role " + quoted);
    }

    @Test
    void ownerWhoMayNotAlterTheRoleGrantsTheRest() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);
        Databases.execute(
                database,
                "drop role if exists crm_owner",
                "drop role if exists crm_guest",
                "create role crm_owner",
                "create role crm_guest login password '" + PASSWORD + "'",
                "grant all on schema public to crm_owner");
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("set role crm_owner");
            CrmSchema.REFERENCE.create(owner);
            owner.setAutoCommit(false);
            statement.execute(
                    new Launch().run("grants", "all", "--role", "crm_guest").out());
            owner.commit();
            assertTrue(warnings(statement).contains("alter role \"crm_guest\" set search_path"), warnings(statement));
        }

        Launch.Ended ended = Databases.launch(database)
                .with("POSTGRES_DSN", database.dsn().replaceFirst("://[^@]*@", "://crm_guest:" + PASSWORD + "@"))
                .run("check", "all");

        assertEquals(0, ended.exit(), ended.toString());
        Databases.execute(
                database, "drop owned by crm_guest, crm_owner cascade", "drop role crm_guest", "drop role crm_owner");
    }

    private static String warnings(Statement statement) throws SQLException {
        StringBuilder text = new StringBuilder();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            text.append(warning.getMessage()).append('\n');
        }
        return text.toString();
    }
}
