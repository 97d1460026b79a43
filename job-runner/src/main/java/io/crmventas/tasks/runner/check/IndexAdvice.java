package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * An index that makes a task's statements faster.
 *
 * @param columns the columns in the form of {@code create index}
 * @param predicate the predicate of a partial index in the form of {@code pg_get_expr}; empty for a whole index
 * @param fromRows the smallest table for which the index helps, in rows
 * @param saving the saving, as {@code e2e/bench/sql} measured it with 15,000 conversations
 */
record IndexAdvice(String table, String columns, String predicate, long fromRows, String saving) {
    private static final IndexAdvice CONVERSATIONS = new IndexAdvice(
            "chat_messages",
            "tenant_id, from_number, created_at desc",
            "",
            0,
            "the CRM's own index; without it each run reads all messages");
    private static final long LARGE = 100_000;
    /** Lists the conversations of the last hours or days. Without from_number PostgreSQL takes CONVERSATIONS for it. */
    private static final IndexAdvice RECENT = new IndexAdvice(
            "chat_messages",
            "tenant_id, created_at, from_number",
            "",
            LARGE,
            "daily-reports reads 329,000 pages instead of 416,000 with 3 million messages");
    /** Finds the assigned seller, who is often named by old rows only. */
    private static final IndexAdvice ASSIGNED_SELLER = new IndexAdvice(
            "chat_messages",
            "tenant_id, from_number, created_at desc, id desc",
            "(assigned_seller_id IS NOT NULL)",
            LARGE,
            "metrics-refresh reads 288,000 pages instead of 988,000 with 3 million messages");
    /** Finds the conversations that were assigned today, among messages of any age. */
    private static final IndexAdvice ASSIGNED_TODAY = new IndexAdvice(
            "chat_messages",
            "tenant_id, assigned_at",
            "(assigned_at IS NOT NULL)",
            LARGE,
            "metrics-refresh reads 288,000 pages instead of 350,000 with 3 million messages");

    private static final long MANY = 10_000;

    private static final SqlFile LOOK = new SqlFile("check/index.sql");

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
        return new IndexAdvice(table, column, "", MANY, "cleanup finds old rows without reading the whole table");
    }

    /** Returns the statement that creates the index; empty when the index exists or does not help. */
    Optional<String> statementIfMissing(Connection connection) throws SQLException {
        List<String> leading = List.of(columns.replace(" desc", "").split(", "));
        return LOOK.sql()
                .with("fromRows", fromRows)
                .with("leading", "text", leading, name -> name)
                .with("table", table)
                .with("predicate", predicate)
                .first(connection, row -> statement(row.get("partitioned", Boolean.class)));
    }

    /** PostgreSQL cannot create the index of a partitioned table concurrently. */
    private String statement(boolean partitioned) {
        return "create index " + (partitioned ? "" : "concurrently ") + "on " + table + " (" + columns + ")"
                + (predicate.isEmpty() ? "" : " where " + predicate) + "; -- " + saving;
    }
}
