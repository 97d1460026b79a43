package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * An index that a task's statements profit from.
 *
 * @param columns as {@code create index} writes them
 * @param leading their names, in order
 * @param predicate of a partial index, as {@code pg_get_expr} writes it; empty for a whole one
 * @param fromRows below, a table is read as quickly without; PostgreSQL takes a table that it never looked at for -1
 */
record IndexAdvice(String table, String columns, List<String> leading, String predicate, long fromRows) {
    private static final IndexAdvice CONVERSATIONS = new IndexAdvice(
            "chat_messages",
            "tenant_id, from_number, created_at desc",
            List.of("tenant_id", "from_number", "created_at"),
            "",
            -1);
    private static final long LARGE = 100_000;
    /** Finds the conversations of the last hours or days without a pass over all messages. */
    private static final IndexAdvice RECENT =
            new IndexAdvice("chat_messages", "tenant_id, created_at", List.of("tenant_id", "created_at"), "", LARGE);
    /** Finds the assigned seller, who is often named by old rows only. */
    private static final IndexAdvice ASSIGNED_SELLER = new IndexAdvice(
            "chat_messages",
            "tenant_id, from_number, created_at desc, id desc",
            List.of("tenant_id", "from_number", "created_at", "id"),
            "(assigned_seller_id IS NOT NULL)",
            LARGE);
    /** Finds the conversations that were assigned today, among messages of any age. */
    private static final IndexAdvice ASSIGNED_TODAY = new IndexAdvice(
            "chat_messages",
            "tenant_id, assigned_at",
            List.of("tenant_id", "assigned_at"),
            "(assigned_at IS NOT NULL)",
            LARGE);

    private static final long MANY = 10_000;

    /** A whole index serves, whatever its order. A partial one serves only with the same predicate. */
    private static final String MISSING = """
            select c.reltuples >= :fromRows and not exists (
                select from pg_index i
                where i.indrelid = c.oid and i.indisvalid and i.indexprs is null
                  and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = :predicate)
                  and (select array_agg(a.attname::text order by k.ord)
                       from unnest(i.indkey::int2[]) with ordinality k (attnum, ord)
                       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                       where k.ord <= cardinality(:leading::text[])) = :leading::text[]
              ) as missing
            from pg_class c where c.oid = to_regclass(:table)""";

    static List<IndexAdvice> of(TaskType task) {
        return switch (task) {
            case NOTIFICATION_CHECKS, DAILY_REPORTS -> List.of(CONVERSATIONS, RECENT, ASSIGNED_SELLER);
            case METRICS_REFRESH -> List.of(CONVERSATIONS, RECENT, ASSIGNED_SELLER, ASSIGNED_TODAY);
            case CLEANUP ->
                List.of(
                        single("notifications", "expires_at"),
                        single("notifications", "created_at"),
                        single("seller_metrics", "metrics_period_start"),
                        single("chat_sessions", "last_activity"));
        };
    }

    private static IndexAdvice single(String table, String column) {
        return new IndexAdvice(table, column, List.of(column), "", MANY);
    }

    boolean missing(Connection connection) throws SQLException {
        return Sql.of(MISSING)
                .with("fromRows", fromRows)
                .with("leading", SqlArray.of("text", leading, name -> name))
                .with("table", table)
                .with("predicate", predicate)
                .list(connection, row -> row.get("missing", Boolean.class))
                .contains(true);
    }

    /** For the owner of the table; it locks nobody out. */
    String statement() {
        return "create index concurrently on " + table + " (" + columns + ")"
                + (predicate.isEmpty() ? "" : " where " + predicate);
    }
}
