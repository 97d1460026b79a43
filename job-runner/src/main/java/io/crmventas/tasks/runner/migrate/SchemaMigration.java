package io.crmventas.tasks.runner.migrate;

import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.connection.SqlFault;
import io.crmventas.tasks.runner.report.Reason;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/** Makes the schema {@code crm_tasks} and brings it up to date; everything in it is ours, and nothing else is. */
public final class SchemaMigration {
    /** Versions are files {@code V<n>__<what>.sql} beside this class. */
    private static final String VERSIONS = "classpath:io/crmventas/tasks/runner/migrate";

    private final Flyway flyway;

    /** It could not be done. */
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private final Reason reason;

        private Failed(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public Reason reason() {
            return reason;
        }
    }

    public SchemaMigration(Connector connector) {
        flyway = Flyway.configure()
                .dataSource(new ConnectorDataSource(connector))
                .defaultSchema("crm_tasks")
                .schemas("crm_tasks")
                .createSchemas(true)
                .table("schema_history")
                .locations(VERSIONS)
                .cleanDisabled(true)
                .load();
    }

    /** What is not there yet, as {@code 1 conversations}. */
    public List<String> pending() throws Failed {
        try {
            return named(flyway.info().pending());
        } catch (FlywayException error) {
            throw failed(error);
        }
    }

    /** Two at once wait for each other. */
    public void apply() throws Failed {
        try {
            flyway.migrate();
        } catch (FlywayException error) {
            throw failed(error);
        }
    }

    private static List<String> named(MigrationInfo... versions) {
        return Arrays.stream(versions)
                .map(version -> version.getVersion() + " " + version.getDescription())
                .toList();
    }

    /** The database's own words say more than the library's, which quote the connection. */
    private static Failed failed(FlywayException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                SqlFault fault = SqlFault.of(sql);
                return new Failed(fault.reason(), fault.message());
            }
        }
        return new Failed(
                Reason.SCHEMA_MISMATCH,
                "schema crm_tasks is not as its history says; drop it and migrate again, nothing in it is needed: "
                        + String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
    }
}
