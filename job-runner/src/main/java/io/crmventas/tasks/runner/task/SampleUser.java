package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Some user of the CRM, for the rows that {@code check} adds and rolls back. */
public record SampleUser(int tenantId, UUID id) {
    private static final SqlFile FIND = new SqlFile("task/sample-user.sql");

    /** Empty in a CRM without users, where no task writes a row. */
    public static Optional<SampleUser> find(Connection connection) throws SQLException {
        return FIND
                .sql()
                .list(connection, row -> new SampleUser(row.get("tenant_id", Integer.class), row.get("id", UUID.class)))
                .stream()
                .findFirst();
    }
}
