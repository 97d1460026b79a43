package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task writes the same rows under all settings and column types that the owner of the database may choose. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerVariantsIT {
    private static final List<String> SETTINGS = List.of(
            "timezone = 'Pacific/Apia'",
            "datestyle = 'SQL, DMY'",
            "intervalstyle = sql_standard",
            "bytea_output = escape",
            "standard_conforming_strings = off",
            "backslash_quote = off",
            "array_nulls = off",
            "transform_null_equals = on",
            "quote_all_identifiers = on",
            "extra_float_digits = -15",
            "default_transaction_isolation = serializable",
            "default_transaction_deferrable = on",
            "statement_timeout = '2s'",
            "lock_timeout = '1ms'",
            "work_mem = '64kB'",
            "plan_cache_mode = force_generic_plan",
            "enable_hashjoin = off",
            "enable_nestloop = off");

    /** Turns a text column into an enum of the values that it has. */
    private static final String TO_ENUM = """
            do $$
            declare
              place text[] := string_to_array('$column', '.');
              type_name text := place[1] || '_' || place[2] || '_enum';
              labels text;
              rule record;
            begin
              execute format('select string_agg(distinct quote_literal(%I), %L) from %I', place[2], ', ', place[1])
                into labels;
              execute format('create type %I as enum (%s)', type_name, labels);
              for rule in select conname from pg_constraint
                  where conrelid = place[1]::regclass and contype = 'c'
                    and pg_get_constraintdef(oid) like '%' || place[2] || '%' loop
                execute format('alter table %I drop constraint %I', place[1], rule.conname);
              end loop;
              execute format('alter table %I alter %I drop default, alter %2$I type %I using %2$I::text::%3$I',
                place[1], place[2], type_name);
            end $$""";

    private static final String TO_TIMES_WITHOUT_ZONE = alterTimes("timestamp with time zone", "timestamp");
    private static final String TO_TIMES_WITH_ZONE = alterTimes("timestamp without time zone", "timestamptz");

    private CrmTemplate crm;

    @BeforeAll
    void fill() throws SQLException {
        crm = new CrmTemplate(4);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsUnderOtherDatabaseSettings(TaskType type) throws SQLException {
        Database variant = crm.copy();
        for (String setting : SETTINGS) {
            Databases.execute(variant, "alter database " + variant.name() + " set " + setting);
        }
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsUnderAnotherCollation(TaskType type) throws SQLException {
        Database variant = crm.copy();
        for (String column : List.of(
                "chat_messages alter from_number type text",
                "chat_messages alter role type varchar(20)",
                "leads alter phone_number type varchar(50)",
                "leads alter status type text",
                "leads alter lead_source type varchar(50)",
                "lead_statuses alter code type text",
                "notifications alter id type varchar(255)",
                "users alter role type varchar(20)",
                "users alter status type varchar(20)",
                "chat_sessions alter status type text",
                "notification_settings alter user_id type text")) {
            Databases.execute(variant, "alter table " + column + " collate \"tr-x-icu\"");
        }
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsWithPartitionedMessages(TaskType type) throws SQLException {
        Database variant = crm.copy();
        Databases.execute(
                variant,
                "alter table chat_messages rename to old_messages",
                "create table chat_messages (like old_messages including defaults) partition by hash (from_number)",
                "create table messages_0 partition of chat_messages for values with (modulus 2, remainder 0)",
                "create table messages_1 partition of chat_messages for values with (modulus 2, remainder 1)",
                "insert into chat_messages select * from old_messages",
                "create index on chat_messages (tenant_id, from_number, created_at desc)");
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsThroughViews(TaskType type) throws SQLException {
        Database variant = crm.copy();
        Databases.execute(variant, "create schema crm");
        for (String table : List.of("tenants", "users", "leads", "lead_statuses", "chat_messages")) {
            Databases.execute(
                    variant,
                    "alter table " + table + " set schema crm",
                    "create view " + table + " as select * from crm." + table);
        }
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsWithEnumColumns(TaskType type) throws SQLException {
        Database variant = crm.copy();
        for (String column : List.of(
                "users.role",
                "users.status",
                "leads.status",
                "leads.lead_source",
                "chat_messages.role",
                "notifications.type",
                "notifications.priority")) {
            Databases.execute(variant, TO_ENUM.replace("$column", column));
        }
        for (String label : List.of(
                "type_enum add value if not exists 'unanswered'",
                "type_enum add value if not exists 'hot_lead'",
                "type_enum add value if not exists 'followup'",
                "type_enum add value if not exists 'metric_alert'",
                "priority_enum add value if not exists 'low'",
                "priority_enum add value if not exists 'medium'",
                "priority_enum add value if not exists 'high'",
                "priority_enum add value if not exists 'critical'")) {
            Databases.execute(variant, "alter type notifications_" + label);
        }
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsWithOtherTypesOfTenants(TaskType type) throws SQLException {
        Database variant = crm.copy();
        Databases.execute(
                variant,
                "alter table tenants alter id type bigint, alter created_at drop default, alter created_at type text");
        for (String table :
                List.of("users", "leads", "lead_statuses", "chat_messages", "notifications", "seller_metrics")) {
            Databases.execute(variant, "alter table " + table + " alter tenant_id type bigint");
        }
        assertSameRows(type, variant);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void givesTheSameRowsWithCitextAndJsonColumns(TaskType type) throws SQLException {
        Database variant = crm.copy();
        Databases.execute(
                variant,
                "create extension citext",
                "alter table users alter role type citext, alter status type citext, alter email type citext",
                "alter table leads alter status type citext, alter lead_source type citext",
                "alter table chat_messages alter role type citext",
                "alter table notifications alter metadata drop default, alter metadata type json",
                "alter table notification_settings alter muted_types drop default, alter muted_types type json");
        assertSameRows(type, variant, "alter table notifications alter metadata type jsonb");
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void readsTimesWithoutZoneAsUtc(TaskType type) throws SQLException {
        Database variant = crm.copy();
        Databases.execute(
                variant, "alter database " + variant.name() + " set timezone = 'Pacific/Apia'", TO_TIMES_WITHOUT_ZONE);
        assertSameRows(type, variant, TO_TIMES_WITH_ZONE);
    }

    @Test
    void readsNonUtf8TextAsLatin1AndWritesUtf8() throws SQLException {
        Database variant = crm.inSqlAscii();
        Databases.execute(variant, "update users set first_name = convert_from('\\x4a6f73e9', 'SQL_ASCII')");

        for (TaskType type : TaskType.values()) {
            run(variant, type, CrmTemplate.NOW.toString());
        }

        // The report must hold the name of the best seller in UTF-8, like its own accents.
        try (Connection connection = variant.connect()) {
            long reports = Sql.of("""
                            select count(*) as reports from notifications
                            where message like '%Mejor vendedor: José Suárez.' and id like 'daily_report_%'""").one(connection, row -> row.get("reports", Long.class));
            assertTrue(reports > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0002-01-01T00:00:00Z", "9998-12-31T23:59:59.999999Z"})
    void runsAtAnyInstant(String instant) throws SQLException {
        Database database = crm.copy();
        for (TaskType type : TaskType.values()) {
            run(database, type, instant);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0044-03-15T12:00:00Z", "0001-12-31T23:59:59Z", "9998-12-31T23:59:59-01:00"})
    void refusesYearsNearTheEndsOfTheCalendar(String instant) throws SQLException {
        Launch.Ended ended = Databases.launch(Databases.missing())
                .tasks(TaskCatalog.BUILT_IN)
                .run("run", "cleanup", "--as-of=" + instant);
        assertTrue(String.valueOf(ended.report().message()).contains("years 2 to 9998"), ended.toString());
    }

    @Test
    void overridesTheDefaultIsolationLevel() throws SQLException {
        Database variant = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                variant, "alter database " + variant.name() + " set default_transaction_isolation = serializable");
        List<String> seen = new ArrayList<>();
        Databases.launch(variant)
                .doing(run -> seen.addAll(run.transactions()
                        .run(connection -> Sql.of("select current_setting('transaction_isolation') as level")
                                .list(connection, row -> row.get("level", String.class)))))
                .run("run", "cleanup");
        assertEquals(List.of("read committed"), seen);
    }

    private static String alterTimes(String from, String to) {
        return """
                do $$
                declare place record;
                begin
                  for place in select table_name, column_name from information_schema.columns
                      where table_schema = 'public' and data_type = '$from' loop
                    execute format('alter table %I alter %I type $to using %2$I at time zone %L',
                      place.table_name, place.column_name, 'UTC');
                  end loop;
                end $$""".replace("$from", from).replace("$to", to);
    }

    /** @param after statements that restore the usual column types, so that the rows can be compared */
    private void assertSameRows(TaskType type, Database variant, String... after) throws SQLException {
        Database reference = crm.copy();
        run(reference, type, CrmTemplate.NOW.toString());
        run(variant, type, CrmTemplate.NOW.toString());
        Databases.execute(variant, after);
        assertEquals(sorted(reference), sorted(variant));
    }

    /** Sorts in Java, because the other collation orders rows differently. */
    private static List<String> sorted(Database database) throws SQLException {
        return CrmTemplate.written(database).stream().sorted().toList();
    }

    private static void run(Database database, TaskType type, String instant) {
        Launch.Ended ended =
                Databases.launch(database).tasks(TaskCatalog.BUILT_IN).run("run", type.id(), "--as-of", instant);
        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(1, ended.report().attempts(), ended.toString());
    }
}
