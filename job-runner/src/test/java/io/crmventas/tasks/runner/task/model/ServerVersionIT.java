package io.crmventas.tasks.runner.task.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The build runs the tests of the SQL on two versions of PostgreSQL. Each run must use the version that it names. */
class ServerVersionIT {
    @Test
    void serverHasTheVersionThatTheBuildNames() throws SQLException {
        String named = System.getProperty("postgres.version", "");
        assertTrue(named.contains("."), "no system property postgres.version: run by ./mvnw verify");
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE)) {
            assertEquals(
                    Integer.parseInt(named.substring(0, named.indexOf('.'))),
                    connection.getMetaData().getDatabaseMajorVersion());
        }
    }
}
