package io.crmventas.tasks.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoDataIT {
    private static final Instant NOW = Instant.parse("2026-11-20T15:00:00.123456Z");
    private static final List<String> TABLES = List.of(
            "tenants",
            "users",
            "leads",
            "lead_statuses",
            "chat_messages",
            "notifications",
            "seller_metrics",
            "notification_settings",
            "chat_sessions");

    @SuppressWarnings("NullAway.Init")
    private static DemoDatabase server;

    @SuppressWarnings("NullAway.Init")
    private static Database filled;

    @BeforeAll
    static void fillOnce() throws SQLException {
        server = DemoDatabase.start();
        filled = filledDatabase("filled", DemoData.around(NOW));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void givesTheSameRowsForTheSameSettings() throws SQLException {
        var again = filledDatabase("again", DemoData.around(NOW));
        for (String table : TABLES) {
            assertEquals(checksum(filled, table), checksum(again, table), table);
        }
    }

    @Test
    void givesOtherRowsForAnotherSeedOrInstant() throws SQLException {
        var data = DemoData.around(NOW);
        var seed =
                filledDatabase("seed", new DemoData(NOW, 2, data.tenants(), data.sellersPerTenant(), data.messages()));
        var later = filledDatabase("later", DemoData.around(NOW.plusSeconds(1)));
        assertNotEquals(checksum(filled, "chat_messages"), checksum(seed, "chat_messages"));
        assertNotEquals(checksum(filled, "chat_messages"), checksum(later, "chat_messages"));
    }

    @Test
    void scalesWithItsSettings() throws SQLException {
        var large = filledDatabase("large", new DemoData(NOW, 1, 20, 11, 60_000));
        assertEquals(20, number(large, "select count(*) from tenants"));
        assertEquals(
                220,
                number(
                        large,
                        "select count(*) from users where status = 'active' and role <> 'secretary' and tenant_id > 0"));
        long messages = number(large, "select count(*) from chat_messages");
        assertTrue(messages > 54_000 && messages < 66_000, "messages: " + messages);
    }

    @Test
    void noRowHasATimeAfterNow() throws SQLException {
        assertEquals(0, number(filled, """
                select (select count(*) from chat_messages where greatest(created_at, assigned_at) > '%1$s')
                     + (select count(*) from leads where greatest(created_at, updated_at, status_changed_at) > '%1$s')
                     + (select count(*) from notifications where created_at > '%1$s')""".formatted(NOW)));
    }

    /** DemoData skips the checks of the foreign keys while it fills the tables. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "users u left join tenants p on p.id = u.tenant_id where u.tenant_id is not null",
                "leads l left join tenants p on p.id = l.tenant_id where true",
                "leads l left join users p on p.id = l.assigned_seller_id where l.assigned_seller_id is not null",
                "chat_messages m left join users p on p.id = m.assigned_seller_id where m.assigned_seller_id is not null",
                "lead_statuses s left join tenants p on p.id = s.tenant_id where true",
                "notifications n left join users p on p.id = n.recipient_id where true",
                "notifications n left join tenants p on p.id = n.tenant_id where n.tenant_id is not null",
                "seller_metrics s left join users p on p.id = s.seller_id where true",
                "seller_metrics s left join tenants p on p.id = s.tenant_id where true",
            })
    void keepsEveryForeignKey(String children) throws SQLException {
        assertTrue(number(filled, "select count(*) from " + children) > 0, "there are children");
        assertEquals(0, number(filled, "select count(*) from " + children + " and p.id is null"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            tenants without CEO                | tenants t where not exists (select from users u where u.tenant_id = t.id and u.role = 'ceo' and u.status = 'active')
            tenants with several CEOs          | (select tenant_id from users where role = 'ceo' and status = 'active' and tenant_id > 0 group by 1 having count(*) > 1) x
            tenants without time zone          | tenants where timezone is null
            tenants with an unknown zone       | tenants where timezone = 'UTC+3'
            secretaries                        | users where role = 'secretary'
            suspended users                    | users where status = 'suspended'
            pending users                      | users where status = 'pending'
            users without tenant               | users where tenant_id is null
            users without a name               | users where first_name is null
            messages without tenant            | chat_messages where tenant_id is null
            messages of a deleted tenant        | chat_messages where tenant_id > 900000 - 1
            messages without time              | chat_messages where created_at is null
            system and tool messages           | chat_messages where role in ('system', 'tool')
            reassigned conversations           | (select from chat_messages group by tenant_id, from_number having count(distinct assigned_seller_id) > 1) x
            unassigned conversations           | (select from chat_messages where tenant_id > 0 group by tenant_id, from_number having count(assigned_seller_id) = 0) x
            conversations of suspended users   | chat_messages m join users u on u.id = m.assigned_seller_id where u.status = 'suspended'
            ids out of the order of time       | (select created_at < lag(created_at) over (order by id) as back from chat_messages) x where back
            statuses in Spanish                | leads where status = 'cerrado_ganado'
            statuses in English                | leads where status = 'closed_won'
            statuses in other case             | leads where status <> lower(status)
            unknown statuses                   | leads where status = 'esperando_banco'
            leads without status               | leads where status is null
            leads without time                 | leads where created_at is null
            leads of a final own status        | leads l join lead_statuses s on s.tenant_id = l.tenant_id and lower(s.code) = lower(l.status) and s.is_final where l.status = 'perdido_competencia'
            conversion values                  | leads where conversion_value > 0
            conversion values of zero          | leads where conversion_value = 0
            expired notices                    | notifications where expires_at < '2026-11-20T15:00Z'
            old notices without expiry         | notifications where expires_at is null and created_at < '2026-11-13T15:00Z'
            notices that are still valid       | notifications where expires_at > '2026-11-20T16:00Z'
            old metrics                        | seller_metrics where metrics_period_start < '2026-10-21T15:00Z'
            metrics that cleanup keeps         | seller_metrics where metrics_period_start > '2026-10-22T15:00Z'
            old inactive sessions              | chat_sessions where status = 'inactive' and last_activity < '2026-11-13T15:00Z'
            old active sessions                | chat_sessions where status = 'active' and last_activity < '2026-11-13T15:00Z'
            muted people                       | notification_settings where mute_until > '2026-11-20T16:00Z' and user_id like '%-%-%-%-%'
            muted kinds                        | notification_settings where muted_types ? 'followup' and jsonb_typeof(muted_types) = 'array'
            junk settings                      | notification_settings where user_id = 'not-a-user'
            """)
    void hasEveryKindOfRow(String what, String rows) throws SQLException {
        assertTrue(number(filled, "select count(*) from " + rows) > 0, what);
    }

    @Test
    void ticksOnceForAnInstantAndAgainForTheNext() throws SQLException {
        var database = filledDatabase("ticked", DemoData.around(NOW));
        try (var connection = database.connect()) {
            long before = number(database, "select count(*) from chat_messages");
            DemoData.tick(connection, NOW.plusSeconds(300));
            long once = number(database, "select count(*) from chat_messages");
            DemoData.tick(connection, NOW.plusSeconds(300));
            assertTrue(once > before, "a tick adds messages");
            assertEquals(once, number(database, "select count(*) from chat_messages"));
            DemoData.tick(connection, NOW.plusSeconds(600));
            assertTrue(number(database, "select count(*) from chat_messages") > once, "the next tick adds more");
        }
    }

    private static Database filledDatabase(String name, DemoData data) throws SQLException {
        var database = server.createDatabase(name, CrmSchema.REFERENCE_AND_OPTIONAL);
        try (Connection connection = database.connect()) {
            data.fill(connection);
        }
        return database;
    }

    private static long number(Database database, String query) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    /** Without random ids and the times of column defaults, which differ each time. */
    private static String checksum(Database database, String table) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("select md5(string_agg(r, chr(10) order by r)) from (select (to_jsonb(t)"
                                + " - '{updated_at}'::text[] "
                                + (table.equals("lead_statuses") ? "- '{id,created_at}'::text[]" : "")
                                + (table.equals("chat_sessions") ? "- '{started_at}'::text[]" : "")
                                + ")::text as r from " + table + " t) x")) {
            assertTrue(rows.next());
            return rows.getString(1);
        }
    }
}
