package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Each test starts with a tenant, a seller and a CEO; each class has its database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CheckScenario {
    Connection connection;
    CheckedCrm at;
    UUID seller;
    UUID ceo;

    @BeforeAll
    void createDatabase() throws SQLException {
        connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE_AND_OPTIONAL);
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void aSellerAndACeo() throws SQLException {
        connection.setAutoCommit(true);
        CrmDatabase.execute(connection, "truncate notification_settings");
        at = new CheckedCrm(connection);
        seller = at.crm.user(TENANT, "setter");
        ceo = at.crm.user(TENANT, "ceo");
    }

    /** A message of a conversation of the seller. */
    long waiting(String phone, String ago) {
        at.crm.assign(TENANT, phone, seller, "2025-01-01T00:00:00Z");
        return at.user(phone, at.ago(ago));
    }
}
