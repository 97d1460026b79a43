package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.Publication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table {@code seller_metrics}; rows come and go as JSON, so that only SQL knows their columns. */
final class MetricsTable {
    static final SqlFile WRITE = new SqlFile("task/metrics/write.sql");
    static final SqlFile CACHE = new SqlFile("task/metrics/cache.sql");

    /** After this the CRM calculates by itself. */
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private MetricsTable() {}

    /** How many rows were written; the others were equal, or their seller is gone. */
    static int write(Connection connection, String rows) throws SQLException {
        return WRITE.sql().with("rows", rows).update(connection);
    }

    /** What the CRM reads instead of the table, for every row that is in it. */
    static List<Publication> cacheEntries(Connection connection, String rows, Instant now) throws SQLException {
        return new ArrayList<>(CACHE.sql()
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
}
