package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexAdviceIT {
    @Test
    void postgresUsesTheAdvisedIndex() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE_AND_OPTIONAL);
        Databases.execute(
                database,
                "insert into tenants (id, bot_phone_number, clinic_name) values (1, 'b', 'c')",
                "insert into users (id, email, role, status, tenant_id) values"
                        + " ('00000000-0000-4000-8000-000000000001', 'a@example.test', 'ceo', 'active', 1)",
                "insert into notifications (id, tenant_id, type, title, message, recipient_id, expires_at)"
                        + " select n::text, 1, 't', 't', 'm', '00000000-0000-4000-8000-000000000001', now() + interval '9 days'"
                        + " from generate_series(1, 20000) n",
                "analyze");
        List<String> advice = advice(database, "cleanup");
        assertEquals(
                List.of(
                        "create index concurrently on notifications (expires_at)",
                        "create index concurrently on notifications (created_at)"),
                advice);
        assertFalse(plan(database).contains("Bitmap Index Scan"), plan(database));

        Databases.execute(database, advice.toArray(String[]::new));
        Databases.execute(database, "analyze notifications");
        assertEquals(List.of(), advice(database, "cleanup"));
        assertTrue(plan(database).contains("Bitmap Index Scan"), plan(database));
    }

    @Test
    void recognizesAnIndexByItsColumns() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        assertEquals(List.of(), advice(database, "daily-reports"));
        Databases.execute(database, "drop index idx_chat_messages_tenant_from_created");
        List<String> advice =
                List.of("create index concurrently on chat_messages (tenant_id, from_number, created_at desc)");
        assertEquals(advice, advice(database, "daily-reports"));
        Databases.execute(database, "create index on chat_messages (from_number, tenant_id, created_at)");
        Databases.execute(
                database, "create index on chat_messages (tenant_id, from_number, created_at) where role = 'user'");
        assertEquals(advice, advice(database, "daily-reports"));
        Databases.execute(database, "create index on chat_messages (tenant_id, from_number, created_at, id)");
        assertEquals(List.of(), advice(database, "daily-reports"));
    }

    @Test
    void advisesIndexesForRecentActivityOnALargeTable() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "insert into chat_messages (from_number, role, content)"
                        + " select 'n' || n % 100, 'user', '' from generate_series(1, 120000) n",
                "analyze chat_messages");
        List<String> advice = advice(database, "metrics-refresh");
        assertEquals(
                List.of(
                        "create index concurrently on chat_messages (tenant_id, created_at, from_number)",
                        "create index concurrently on chat_messages (tenant_id, from_number, created_at desc, id desc)"
                                + " where (assigned_seller_id IS NOT NULL)",
                        "create index concurrently on chat_messages (tenant_id, assigned_at)"
                                + " where (assigned_at IS NOT NULL)"),
                advice);
        assertEquals(advice.subList(0, 2), advice(database, "notification-checks"));

        Databases.execute(database, advice.toArray(String[]::new));
        assertEquals(List.of(), advice(database, "metrics-refresh"));
    }

    @Test
    void includedColumnsAreNoKeyColumns() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "drop index idx_chat_messages_tenant_from_created",
                "create index on chat_messages (tenant_id) include (from_number, created_at)");
        assertEquals(1, advice(database, "daily-reports").size());
    }

    @Test
    void advisesNothingForAViewAndNoConcurrentIndexForPartitions() throws SQLException {
        Database views = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                views,
                "alter table chat_messages rename to stored_messages",
                "create view chat_messages as select * from stored_messages");
        assertEquals(List.of(), advice(views, "daily-reports"));

        Database partitions = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                partitions,
                "alter table chat_messages rename to old_messages",
                "create table chat_messages (like old_messages) partition by hash (from_number)");
        assertEquals(
                List.of("create index on chat_messages (tenant_id, from_number, created_at desc)"),
                advice(partitions, "daily-reports"));
    }

    private static List<String> advice(Database database, String task) {
        return check(database, task)
                .out()
                .lines()
                .filter(line -> line.contains(" advice "))
                .map(line -> line.substring(line.indexOf("create index"), line.indexOf("; -- ")))
                .toList();
    }

    private static Launch.Ended check(Database database, String task) {
        Launch.Ended ended = Databases.launch(database).run("check", task);
        assertEquals(0, ended.exit(), ended.toString());
        return ended;
    }

    /** Returns the plan of the condition by which cleanup finds old notifications. */
    private static String plan(Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            return String.join(
                    "\n",
                    Sql.of("explain select id from notifications r where r.expires_at < now()"
                                    + " or r.expires_at is null and r.created_at < now() - interval '7 days'")
                            .list(connection, row -> row.columns().getString(1)));
        }
    }
}
