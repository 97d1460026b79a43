package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;

/** Reads which optional tables the CRM has, and says in the report what their absence means. */
public final class OptionalTables {
    private OptionalTables() {}

    public static Dialect read(Connection connection, Outcome outcome) throws SQLException {
        Dialect dialect = Dialect.read(connection);
        if (!dialect.has("lead_statuses")) {
            outcome.warn("The CRM has no table lead_statuses: only the built-in words close a lead");
        }
        if (!dialect.has("notification_settings")) {
            outcome.warn("The CRM has no table notification_settings: nobody is muted");
        }
        return dialect;
    }
}
