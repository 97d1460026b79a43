package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the messages have been read: the one row of {@code crm_tasks.conversations_read}, beside what is now.
 *
 * @param knownAt the instant that the memory is of; empty when there is none
 * @param trusted it is of this server, table, formula and window, and complete
 * @param settledRows row versions from before the old horizon that were there
 * @param ageThen age of the old horizon: {@code age(xmin)} is greater for what was settled then
 * @param ageNow the same of today's
 */
record ReadMark(
        Optional<Instant> knownAt, boolean trusted, long settledRows, int ageThen, int ageNow, Duration window) {
    /** Another number for every change of what {@link ConversationReader} calculates. */
    private static final int FORMULA = 1;

    /** By the catalog: to name what a role may not see is an error. */
    private static final String USABLE = """
            select coalesce(bool_and(
                has_schema_privilege(s.oid, 'usage') and has_table_privilege(t.oid, 'select')
                and has_table_privilege(t.oid, 'insert') and has_table_privilege(t.oid, 'update')
                and has_table_privilege(t.oid, 'delete')), false)
              and count(*) = 2 and has_function_privilege('pg_control_system()', 'execute')
              and has_column_privilege('chat_messages', 'xmin', 'select') as usable
            from pg_namespace s
            join pg_class t on t.relnamespace = s.oid and t.relname in ('conversations', 'conversations_read')
            where s.nspname = 'crm_tasks'""";

    /**
     * A horizon is compared by its age in the 32 bits of xmin, which is right as long as fewer than 2^31 transactions
     * lie between; half of that is the end of our trust. The sum shows a table that lost rows of its own.
     */
    private static final String READ = """
            select r.read_at, r.settled_rows,
              r.formula = :formula and r.answer_window = :window::interval
                and r.messages = 'chat_messages'::regclass and r.system_identifier = here.system_identifier
                and here.horizon >= r.horizon::text::bigint
                and here.next - r.horizon::text::bigint < 1073741824
                and r.remembered_rows = (select coalesce(sum(c.settled_rows), 0) from crm_tasks.conversations c) as trusted,
              age(r.horizon::xid) as age_then, age(pg_snapshot_xmin(pg_current_snapshot())::xid) as age_now
            from (
              select system_identifier, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
              from pg_control_system()
            ) here
            left join crm_tasks.conversations_read r on true""";

    private static final String ADVANCE = """
            insert into crm_tasks.conversations_read as r
              (formula, answer_window, system_identifier, messages, horizon, settled_rows, remembered_rows, read_at)
            select :formula, :window::interval, system_identifier, 'chat_messages'::regclass,
              pg_snapshot_xmin(pg_current_snapshot()), :settledRows,
              (select coalesce(sum(c.settled_rows), 0) from crm_tasks.conversations c), :now
            from pg_control_system()
            on conflict (only_row) do update
            set (formula, answer_window, system_identifier, messages, horizon, settled_rows, remembered_rows, read_at)
              = row (excluded.formula, excluded.answer_window, excluded.system_identifier, excluded.messages,
                     excluded.horizon, excluded.settled_rows, excluded.remembered_rows, excluded.read_at)
            where r::text is distinct from excluded::text""";

    /** The schema is there, by {@code migrate}, and this role may use it. */
    static boolean usable(Connection connection) throws SQLException {
        return Sql.of(USABLE)
                .list(connection, row -> row.get("usable", Boolean.class))
                .getFirst();
    }

    static ReadMark read(Connection connection, Duration window) throws SQLException {
        return Sql.of(READ)
                .with("formula", FORMULA)
                .with("window", window.toString())
                .list(connection, row -> of(row, window))
                .getFirst();
    }

    private static ReadMark of(Row row, Duration window) throws SQLException {
        Integer ageThen = row.find("age_then", Integer.class);
        Boolean trusted = row.find("trusted", Boolean.class);
        Long settled = row.find("settled_rows", Long.class);
        return new ReadMark(
                Optional.ofNullable(row.find("read_at", Instant.class)),
                Boolean.TRUE.equals(trusted),
                settled == null ? 0 : settled,
                ageThen == null ? 0 : ageThen,
                row.get("age_now", Integer.class),
                window);
    }

    /** Writes nothing when it stands there already. */
    void advance(Connection connection, long settledRowsNow, Instant now) throws SQLException {
        Sql.of(ADVANCE)
                .with("formula", FORMULA)
                .with("window", window.toString())
                .with("settledRows", settledRowsNow)
                .with("now", now)
                .update(connection);
    }
}
