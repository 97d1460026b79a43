package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Exact;
import io.crmventas.tasks.runner.task.Publication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table {@code seller_metrics}; rows come and go as JSON, so that only SQL knows their columns. */
final class MetricsTable {
    private static final Map<String, String> KEY = new LinkedHashMap<>();
    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    static {
        KEY.put("seller_id", "uuid");
        KEY.put("tenant_id", "int");
        KEY.put("metrics_period_start", "timestamptz");
        VALUES.put("total_conversations", "int");
        VALUES.put("active_conversations", "int");
        VALUES.put("conversations_assigned_today", "int");
        VALUES.put("total_messages_sent", "int");
        VALUES.put("total_messages_received", "int");
        VALUES.put("avg_response_time_seconds", "int");
        VALUES.put("leads_assigned", "int");
        VALUES.put("leads_converted", "int");
        VALUES.put("conversion_rate", "numeric(5, 2)");
        VALUES.put("prospects_generated", "int");
        VALUES.put("prospects_converted", "int");
        VALUES.put("total_chat_minutes", "int");
        VALUES.put("avg_session_duration_minutes", "int");
        VALUES.put("last_activity_at", "timestamptz");
        VALUES.put("metrics_calculated_at", "timestamptz");
        VALUES.put("metrics_period_end", "timestamptz");
    }

    private static final String ROWS = "jsonb_to_recordset(:rows::jsonb) as r (" + declared() + ")";

    /**
     * An equal row is not even locked: it is left out before, and once more where another run wrote it meanwhile. One
     * order for all runs, so that two at once wait for each other instead of deadlocking.
     */
    private static final String WRITE = """
            insert into seller_metrics as m (%1$s, %2$s)
            select %3$s, %4$s
            from %7$s
            join users u on u.id = r.seller_id and u.tenant_id = r.tenant_id
            left join seller_metrics m on m.seller_id = r.seller_id and m.tenant_id = r.tenant_id
              and m.metrics_period_start = r.metrics_period_start
            where m.seller_id is null or (%5$s) is distinct from (%4$s)
            order by r.seller_id, r.tenant_id
            on conflict (seller_id, tenant_id, metrics_period_start) do update set (%2$s) = row (%6$s)
            where (%5$s) is distinct from (%6$s)""".formatted(
                    names(KEY, ""),
                    names(VALUES, ""),
                    names(KEY, "r."),
                    names(VALUES, "r."),
                    names(VALUES, "m."),
                    names(VALUES, "excluded."),
                    ROWS);

    private static final String CACHE = """
            select r.seller_id, r.tenant_id, (to_jsonb(r) || jsonb_build_object(
                'id', m.id, 'realtime_conversations', r.active_conversations, 'cached_at', %s,
                'last_activity_at', %s, 'metrics_calculated_at', %s, 'metrics_period_start', %s,
                'metrics_period_end', %s))::text as json
            from %s
            join seller_metrics m on m.seller_id = r.seller_id and m.tenant_id = r.tenant_id
              and m.metrics_period_start = r.metrics_period_start
            order by r.tenant_id, r.seller_id""".formatted(
                    Exact.naiveJson(":now::timestamptz"),
                    Exact.json("r.last_activity_at"),
                    Exact.json("r.metrics_calculated_at"),
                    Exact.json("r.metrics_period_start"),
                    Exact.json("r.metrics_period_end"),
                    ROWS);

    /** After this the CRM calculates by itself. */
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private MetricsTable() {}

    /** How many rows were written; the others were equal, or their seller is gone. */
    static int write(Connection connection, String rows) throws SQLException {
        return Sql.of(WRITE).with("rows", rows).update(connection);
    }

    /** What the CRM reads instead of the table, for every row that is in it. */
    static List<Publication> cacheEntries(Connection connection, String rows, Instant now) throws SQLException {
        return new ArrayList<>(Sql.of(CACHE)
                .with("rows", rows)
                .with("now", now)
                .list(
                        connection,
                        row -> new Publication.CacheEntry(
                                "metrics:seller:" + row.get("seller_id", UUID.class) + ":tenant:"
                                        + row.get("tenant_id", Integer.class),
                                row.get("json", String.class),
                                EXPIRY)));
    }

    private static String declared() {
        return Stream.concat(KEY.entrySet().stream(), VALUES.entrySet().stream())
                .map(column -> column.getKey() + " " + column.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String names(Map<String, String> columns, String prefix) {
        return columns.keySet().stream().map(prefix::concat).collect(Collectors.joining(", "));
    }
}
