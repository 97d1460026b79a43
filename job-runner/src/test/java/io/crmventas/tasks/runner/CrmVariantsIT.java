package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A task writes the same rows when the CRM's tables have more columns, in another order and in another schema. Tables
 * of the same names in schema public do not matter.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrmVariantsIT {
    private static final List<String> TABLES = List.of(
            "tenants",
            "users",
            "leads",
            "lead_statuses",
            "chat_messages",
            "notifications",
            "notification_settings",
            "seller_metrics",
            "chat_sessions");

    private CrmTemplate crm;

    @BeforeAll
    void fill() throws SQLException {
        crm = new CrmTemplate(4);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsWithOtherColumnsAndSchema(TaskType type) throws SQLException {
        Database reference = crm.copy();
        run(reference, type);

        Database other = crm.copy();
        change(other);
        run(other, type);
        Databases.execute(
                other,
                "alter table crm.notifications drop column now",
                "alter table crm.chat_sessions drop column now");
        Databases.execute(other, "alter table crm.seller_metrics drop column now");
        Databases.execute(other, "alter database " + other.name() + " set search_path = crm");
        assertEquals(CrmTemplate.written(reference), CrmTemplate.written(other));
    }

    private static void run(Database database, TaskType type) throws SQLException {
        try (Connection connection = database.connect()) {
            TaskTrial.run(CrmTemplate.task(type), connection, CrmTemplate.NOW);
        }
    }

    /** The new columns have names that the statements use for something else. */
    private static void change(Database database) throws SQLException {
        Databases.execute(database, "create schema crm");
        for (String table : TABLES) {
            Databases.execute(
                    database,
                    "alter table " + table + " set schema crm",
                    "alter table crm." + table + " add column now timestamptz default '2001-01-01'",
                    "create table public." + table + " (seller_id text, role int, day text)");
        }
        for (String table : List.of("tenants", "users", "leads", "chat_messages")) {
            for (String column : List.of("seller_id", "day", "micros", "talk", "config2")) {
                Databases.execute(database, "alter table crm." + table + " add column " + column + " text default 'x'");
            }
        }
        // Moves the first column to the end.
        Databases.execute(
                database,
                "alter table crm.chat_messages add column copy text",
                "update crm.chat_messages set copy = from_number",
                "alter table crm.chat_messages drop column from_number",
                "alter table crm.chat_messages rename column copy to from_number",
                "alter table crm.chat_messages alter column from_number set not null",
                "create index on crm.chat_messages (tenant_id, from_number, created_at desc)",
                "alter database " + database.name() + " set search_path = crm");
    }
}
