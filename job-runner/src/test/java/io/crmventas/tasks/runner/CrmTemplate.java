package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoData;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A CRM in which every task finds work. Tests copy it, and compare the rows that the tasks write. */
final class CrmTemplate {
    static final Instant NOW = Instant.parse("2026-05-04T15:30:00Z");

    /** All rows that the tasks write, without the ids that the server generates at random. */
    private static final List<String> WRITTEN = List.of(
            "select * from notifications order by id",
            "select to_jsonb(m) - 'id' from seller_metrics m order by tenant_id, seller_id, metrics_period_start",
            "select * from chat_sessions order by id");

    private final int tenants;
    private final Database template;

    CrmTemplate(int tenants) throws SQLException {
        this.tenants = tenants;
        template = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
        fill(template);
    }

    private void fill(Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            new DemoData(NOW, 1, tenants, 5, 2_000).fill(connection);
        }
    }

    /** Creates the same rows in a database that accepts bytes of any encoding. */
    Database inSqlAscii() throws SQLException {
        Database database = Databases.createSqlAscii(CrmSchema.REFERENCE_AND_OPTIONAL);
        fill(database);
        return database;
    }

    Database copy() throws SQLException {
        return Databases.copy(template);
    }

    static CrmTask task(TaskType type) {
        return TaskCatalog.BUILT_IN.create(type, Settings.ofParameters("{}"));
    }

    static List<String> written(Database database) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String query : WRITTEN) {
                try (ResultSet result = statement.executeQuery("select r::text from (" + query + ") r")) {
                    while (result.next()) {
                        rows.add(result.getString(1));
                    }
                }
            }
        }
        return rows;
    }
}
