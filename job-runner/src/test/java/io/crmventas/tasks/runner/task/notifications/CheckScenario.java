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

/** Each test starts with a tenant, a seller and a CEO. Each class has its own database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CheckScenario {
    Connection connection;
    CheckedCrm checked;
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
    void createSellerAndCeo() throws SQLException {
        connection.setAutoCommit(true);
        CrmDatabase.execute(connection, "truncate notification_settings");
        checked = new CheckedCrm(connection);
        seller = checked.crm.user(TENANT, "setter");
        ceo = checked.crm.user(TENANT, "ceo");
    }

    /** Adds a user message to a conversation of the seller. */
    long waiting(String phone, String ago) {
        checked.crm.assign(TENANT, phone, seller, "2025-01-01T00:00:00Z");
        return checked.user(phone, checked.ago(ago));
    }
}
