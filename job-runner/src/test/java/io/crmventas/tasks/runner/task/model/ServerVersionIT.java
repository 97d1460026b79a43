package io.crmventas.tasks.runner.task.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The build runs the tests of the SQL on two servers; each must be the one that it says. */
class ServerVersionIT {
    @Test
    void isTheOneThatTheBuildNamed() throws SQLException {
        String named = System.getProperty("postgres.version", "");
        assertTrue(named.contains("."), "no system property postgres.version: run by ./mvnw verify");
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE)) {
            assertEquals(
                    Integer.parseInt(named.substring(0, named.indexOf('.'))),
                    connection.getMetaData().getDatabaseMajorVersion());
        }
    }
}
