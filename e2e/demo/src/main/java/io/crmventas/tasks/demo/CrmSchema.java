package io.crmventas.tasks.demo;

import java.sql.Connection;
import java.sql.SQLException;

/** The tables of the CRM that a database has. */
public enum CrmSchema {
    /** No table at all. */
    EMPTY,
    /** The tables of today's CRM. */
    REFERENCE,
    /** Also {@code notification_settings} and {@code chat_sessions}, which today's CRM does not have. */
    REFERENCE_AND_OPTIONAL;

    /** Creates the tables in the connection's current schema; fails when they exist. */
    public void create(Connection connection) throws SQLException {
        switch (this) {
            case EMPTY -> {}
            case REFERENCE -> new SqlResource("reference-schema.sql").run(connection);
            case REFERENCE_AND_OPTIONAL -> {
                REFERENCE.create(connection);
                new SqlResource("optional-tables.sql").run(connection);
            }
        }
    }

    static boolean isPresent(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select to_regclass('tenants') is not null")) {
            return rows.next() && rows.getBoolean(1);
        }
    }
}
