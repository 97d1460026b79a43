package io.crmventas.tasks.runner.task.model;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.DemoDatabase;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** Writes a {@link Crm} into a real PostgreSQL. All tests of this JVM share the server. Each class has a database. */
public final class CrmDatabase {
    private static final DemoDatabase SERVER = DemoDatabase.start();

    private CrmDatabase() {}

    public static Connection create(Class<?> test, CrmSchema schema) throws SQLException {
        return SERVER.createDatabase(test.getSimpleName(), schema).connect();
    }

    /** Opens one more session in the database of this test. */
    public static Connection another(Class<?> test) throws SQLException {
        return SERVER.database(test.getSimpleName()).connect();
    }

    /** Replaces the rows of an earlier test. */
    public static void fill(Connection connection, Crm crm) throws SQLException {
        connection.setAutoCommit(true);
        execute(connection, "truncate tenants, users, lead_statuses, chat_messages cascade");
        new TableRows<>("tenants", crm.tenants)
                .column("id", "int4", Crm.Tenant::id)
                .column("bot_phone_number", "text", tenant -> "bot" + tenant.id())
                .column("clinic_name", "text", tenant -> "Clinic " + tenant.id())
                .column("timezone", "text", Crm.Tenant::timezone)
                .column("created_at", "timestamptz", Crm.Tenant::createdAt)
                .insert(connection);
        new TableRows<>("users", crm.users)
                .column("id", "uuid", Crm.User::id)
                .column("email", "text", user -> user.id() + "@example.test")
                .column("tenant_id", "int4", Crm.User::tenantId)
                .column("role", "text", Crm.User::role)
                .column("status", "text", Crm.User::status)
                .column("first_name", "text", Crm.User::firstName)
                .insert(connection);
        new TableRows<>("chat_messages", crm.messages)
                .column("id", "int8", Crm.Message::id)
                .column("tenant_id", "int4", Crm.Message::tenantId)
                .column("from_number", "text", Crm.Message::from)
                .column("role", "text", Crm.Message::role)
                .column("content", "text", Crm.Message::role)
                .column("created_at", "timestamptz", Crm.Message::at)
                .column("assigned_seller_id", "uuid", Crm.Message::assignedSeller)
                .column("assigned_at", "timestamptz", Crm.Message::assignedAt)
                .insert(connection);
        fillLeads(connection, crm);
        if (!TaskTrial.absentTables(connection, TaskType.NOTIFICATION_CHECKS).contains("notification_settings")) {
            execute(connection, "truncate notification_settings");
            new TableRows<>("notification_settings", crm.mutes)
                    .column("user_id", "text", Crm.Mute::userId)
                    .column("mute_until", "timestamptz", Crm.Mute::until)
                    .column("muted_types", "jsonb", Crm.Mute::types)
                    .insert(connection);
        }
    }

    private static void fillLeads(Connection connection, Crm crm) throws SQLException {
        new TableRows<>("leads", crm.leads)
                .column("id", "uuid", Crm.Lead::id)
                .column("tenant_id", "int4", Crm.Lead::tenantId)
                .column("phone_number", "text", Crm.Lead::phone)
                .column("status", "text", Crm.Lead::status)
                .column("lead_source", "text", Crm.Lead::source)
                .column("assigned_seller_id", "uuid", Crm.Lead::assignedSeller)
                .column("created_at", "timestamptz", Crm.Lead::createdAt)
                .column("converted_at", "timestamptz", Crm.Lead::convertedAt)
                .column("status_changed_at", "timestamptz", Crm.Lead::statusChangedAt)
                .column("updated_at", "timestamptz", Crm.Lead::updatedAt)
                .column("conversion_value", "numeric", Crm.Lead::conversionValue)
                .column("estimated_value", "numeric", Crm.Lead::estimatedValue)
                .insert(connection);
        new TableRows<>("lead_statuses", crm.finalStatuses)
                .column("tenant_id", "int4", Crm.FinalStatus::tenantId)
                .column("name", "text", Crm.FinalStatus::code)
                .column("code", "text", Crm.FinalStatus::code)
                .column("is_final", "bool", status -> true)
                .insert(connection);
        // A status that is not final closes no lead.
        execute(connection, """
                insert into lead_statuses (tenant_id, name, code, is_final)
                select id, code, code, final
                from tenants, (values ('contacted', false), ('Interested', null)) as open (code, final)
                on conflict do nothing""");
    }

    /** Creates the index by which the statements find recent conversations. Without it they read by the CRM's own index. */
    public static void indexRecentMessages(Connection connection) throws SQLException {
        execute(connection, "create index on chat_messages (tenant_id, created_at, from_number)");
    }

    public static void execute(Connection connection, String statement) throws SQLException {
        Sql.of(statement).update(connection);
    }
}
