package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoData;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RealTasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Check finds what the names of a schema do not show: constraints, triggers, powerful roles and row-level security. */
class StatementCheckIT {
    @ParameterizedTest
    @ValueSource(strings = {"EMPTY_OF_ROWS", "REFERENCE", "REFERENCE_AND_OPTIONAL"})
    void acceptsTheReferenceCrmAndAddsNoRow(String schema) throws SQLException {
        boolean rows = !schema.equals("EMPTY_OF_ROWS");
        Database database = crm(rows ? CrmSchema.valueOf(schema) : CrmSchema.REFERENCE, rows);

        Launch.Ended ended = check(database, "all");

        assertEquals(0, ended.exit(), ended.toString());
        Databases.execute(database, """
                do $$ begin
                  assert not exists (select from notifications where id like 'check:%' or id like '%20010101%');
                  assert not exists (select from seller_metrics where metrics_period_start < '2002-01-01');
                end $$""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "notification-checks | alter table notifications add column channel text not null | channel",
                "notification-checks | alter table notifications add constraint known_types check (type <> 'hot_lead') | known_types",
                "notification-checks | alter table notifications alter priority type varchar(4) | varying(4)",
                "notification-checks | alter table notifications alter id type varchar(64) | varying(64)",
                "notification-checks | alter table notifications alter title type varchar(100) | varying(100)",
                "notification-checks | alter table notifications alter message type varchar(200) | varying(200)",
                "notification-checks | alter table notifications alter related_entity_id type varchar(20) | varying(20)",
                "notification-checks | alter table notifications add constraint known check (related_entity_type <> 'conversation') | known",
                "notification-checks | alter table notifications add constraint no_sender check (sender_id is null) | no_sender",
                "daily-reports | alter table notifications alter message type varchar(200) | varying(200)",
                "daily-reports | alter table notifications add column channel text not null | channel",
                "metrics-refresh | alter table seller_metrics alter conversion_rate type numeric(5, 4) | numeric field overflow",
                "metrics-refresh | alter table seller_metrics alter total_chat_minutes type smallint | for type smallint",
                "metrics-refresh | alter table seller_metrics add column team text not null | team",
                "metrics-refresh | alter table seller_metrics drop constraint seller_metrics_seller_id_tenant_id_metrics_period_start_key | ON CONFLICT",
                "metrics-refresh | alter table chat_messages alter assigned_seller_id type text | uuid",
                "metrics-refresh | alter table seller_metrics drop constraint seller_metrics_seller_id_tenant_id_metrics_period_start_key, add unique (seller_id, tenant_id, metrics_period_start) deferrable | deferrable",
                "notification-checks | alter table chat_messages alter created_at drop default, alter created_at type text | c.created_at",
                "notification-checks | alter table notifications alter id type uuid using md5(id)::uuid | where n.id = named.id",
            })
    void namesTheCauseWhenTheCrmRefusesTheRowsOfATask(String task, String change, String named) throws SQLException {
        Database database = crm(CrmSchema.REFERENCE_AND_OPTIONAL, true);
        if (change.contains("assigned_seller_id")) {
            Databases.execute(
                    database,
                    "alter table chat_messages drop constraint if exists chat_messages_assigned_seller_id_fkey");
        }
        Databases.execute(database, "delete from notifications", "delete from seller_metrics", change);

        Launch.Ended ended = check(database, task);

        assertEquals(78, ended.exit(), ended.toString());
        assertTrue(ended.out().contains(named), ended.out());
    }

    @Test
    void namesATriggerThatRefusesTheRows() throws SQLException {
        Database database = crm(CrmSchema.REFERENCE, true);
        Databases.execute(
                database,
                "create function refuse() returns trigger language plpgsql as"
                        + " $$ begin raise exception 'the quota of notifications is used up'; end $$",
                "create trigger refuse before insert on notifications for each row execute function refuse()");

        Launch.Ended ended = check(database, "notification-checks");

        assertEquals(70, ended.exit(), ended.toString());
        assertTrue(ended.out().contains("the quota of notifications is used up"), ended.out());
    }

    /** A row of another table can refer to a row that cleanup deletes, and a trigger can keep it. */
    @ParameterizedTest
    @CsvSource({
        "create table deliveries as select id from notifications; alter table deliveries add foreign key (id)"
                + " references notifications deferrable initially deferred, 78, deliveries_id_fkey",
        "create function refuse() returns trigger language plpgsql as $$ begin raise 'kept for the audit'; end $$;"
                + " create trigger refuse before delete on chat_sessions for each row execute function refuse(), 70, kept for the audit",
    })
    void namesWhatKeepsTheRowsThatCleanupDeletes(String change, int exit, String named) throws SQLException {
        Database database = crm(CrmSchema.REFERENCE_AND_OPTIONAL, true);
        Databases.execute(database, change);

        Launch.Ended checked = check(database, "cleanup");
        Launch.Ended ran = Databases.launch(database).tasks(RealTasks.catalog()).run("run", "cleanup");

        for (Launch.Ended ended : List.of(checked, ran)) {
            assertEquals(exit, ended.exit(), ended.toString());
            assertTrue(ended.out().contains(named), ended.out());
        }
    }

    @Test
    void checksCleanupWithItsLeastRights() throws SQLException {
        Database database = crm(CrmSchema.REFERENCE_AND_OPTIONAL, true);
        String role = role(database, "nosuperuser");
        Databases.execute(database, "revoke all on tenants, users, leads, chat_messages from " + role);

        Launch.Ended ended = as(role, database).run("check", "cleanup");

        assertEquals(0, ended.exit(), ended.toString());
    }

    /** A trigger of the CRM would run with the role's rights, even for the rows that check adds and rolls back. */
    @ParameterizedTest
    @ValueSource(strings = {"superuser", "bypassrls"})
    void refusesAPowerfulRoleUnlessTheSecretNamesIt(String power) throws SQLException {
        Database database = crm(CrmSchema.REFERENCE, true);
        String role = role(database, power);
        Databases.execute(
                database,
                "create sequence trigger_calls",
                "create function call() returns trigger language plpgsql security definer as"
                        + " $$ begin perform nextval('trigger_calls'); return new; end $$",
                "create trigger call before insert on seller_metrics for each row execute function call()");

        Launch.Ended checked = checkAs(role, "", database);
        Launch.Ended ran = as(role, database).run("run", "metrics-refresh");

        for (Launch.Ended refused : List.of(checked, ran)) {
            assertEquals(78, refused.exit(), refused.toString());
            assertEquals("DatabaseRoleRefused", refused.report().reason());
            assertTrue(refused.out().contains("POSTGRES_PRIVILEGED_ROLE=" + role), refused.out());
        }
        Databases.execute(
                database, "do $$ begin assert not (select is_called from trigger_calls), 'a trigger ran'; end $$");

        Launch.Ended allowedToCheck = checkAs(role, role, database);
        Launch.Ended allowedToRun =
                as(role, database).with("POSTGRES_PRIVILEGED_ROLE", role).run("run", "metrics-refresh");

        assertEquals(0, allowedToCheck.exit(), allowedToCheck.toString());
        assertEquals(0, allowedToRun.exit(), allowedToRun.toString());
        Databases.execute(
                database, "do $$ begin assert (select is_called from trigger_calls), 'no trigger ran'; end $$");
    }

    @Test
    void namesTheTableWhoseRowsAPolicyHides() throws SQLException {
        Database database = crm(CrmSchema.REFERENCE, true);
        String role = role(database, "nosuperuser");
        Databases.execute(
                database,
                "alter table leads enable row level security",
                "create policy first_tenant on leads using (tenant_id = 1)");

        Launch.Ended checked = checkAs(role, "", database);
        Launch.Ended ran = as(role, database).run("run", "notification-checks");

        assertEquals(78, checked.exit(), checked.toString());
        assertTrue(checked.out().contains("row-level security policy for table \"leads\""), checked.out());
        assertTrue(checked.out().contains("bypassrls"), checked.out());
        assertEquals(78, ran.exit(), ran.toString());
        assertEquals("PermissionDenied", ran.report().reason());
    }

    /** Creates a role with all rights on the CRM's tables. */
    private static String role(Database database, String attribute) throws SQLException {
        String role = "role_" + attribute + "_" + database.name();
        Databases.execute(
                database,
                "create role " + role + " login password 'canary_role_4711' " + attribute,
                "grant all on all tables in schema public to " + role);
        return role;
    }

    private static Launch as(String role, Database database) {
        return Launch.quick()
                .canary("canary_role_4711")
                .tasks(RealTasks.catalog())
                .with(
                        "POSTGRES_DSN",
                        "postgresql://" + role + ":canary_role_4711@127.0.0.1:" + database.port() + "/"
                                + database.name());
    }

    private static Launch.Ended checkAs(String role, String allowed, Database database) {
        return as(role, database).with("POSTGRES_PRIVILEGED_ROLE", allowed).run("check", "all", "--report");
    }

    private static Database crm(CrmSchema schema, boolean rows) throws SQLException {
        Database database = Databases.create(schema);
        if (rows) {
            try (Connection connection = database.connect()) {
                new DemoData(Instant.parse("2026-05-04T15:30:00Z"), 1, 2, 5, 1_000).fill(connection);
            }
        }
        return database;
    }

    private static Launch.Ended check(Database database, String task) {
        return Databases.launch(database).tasks(RealTasks.catalog()).run("check", task, "--report");
    }
}
