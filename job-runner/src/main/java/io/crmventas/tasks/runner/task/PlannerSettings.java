package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** Settings of one transaction, where the planner guesses wrong. */
public final class PlannerSettings {
    private static final int MEMORY_KB = 65_536;

    private PlannerSettings() {}

    /**
     * For a statement that reads every message once. Compiling it costs more than it saves, and with the default 4 MB
     * PostgreSQL sorts the messages on disk instead of hashing their conversations.
     */
    public static void forOneGreatRead(Connection connection) throws SQLException {
        Sql.of("""
                select set_config('jit', 'off', true),
                  set_config('work_mem', greatest(setting::bigint, :memory)::text || 'kB', true)
                from pg_settings where name = 'work_mem'""").with("memory", (long) MEMORY_KB).list(connection, row -> row);
    }
}
