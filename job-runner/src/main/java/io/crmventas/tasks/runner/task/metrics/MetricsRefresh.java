package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.output.NotificationWriter;
import io.crmventas.tasks.runner.task.output.Publication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Task {@code metrics-refresh}: writes one row for each seller and local day to {@code seller_metrics} and to the CRM's
 * cache.
 *
 * @param window the time before now that totals and leads cover; at least two days, so that it includes every local day
 */
public record MetricsRefresh(Duration window) implements CrmTask {
    private static final Duration ACTIVE = Duration.ofHours(24);
    /** When this time is over, the CRM calculates the figures by itself. */
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private static final SqlFile FIGURES = new SqlFile("task/metrics/figures.sql");
    private static final SqlFile WRITE = new SqlFile("task/metrics/write.sql");
    private static final SqlFile CACHE = new SqlFile("task/metrics/cache.sql");

    /** @param rows a JSON array with an object for each seller, so that only SQL knows the columns */
    private record Calculated(String rows, long sellers) {}

    /** @param entries one for each row that the table holds now, also if the run did not write it, because the CRM's copy expires sooner */
    private record Written(long rows, List<Publication> entries) {}

    public static MetricsRefresh read(Settings parameters) {
        MetricsRefresh refresh = new MetricsRefresh(parameters.duration("window", "30d", "2d"));
        parameters.finish();
        return refresh;
    }

    @Override
    public TaskType type() {
        return TaskType.METRICS_REFRESH;
    }

    @Override
    public List<SqlFile> statements(Set<String> absentTables) {
        return List.of(TenantDays.TENANTS, FIGURES, WRITE, CACHE, TaskRun.ORPHANS);
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        WRITE.sql().with("rows", """
                [{"seller_id": "%s", "tenant_id": %d, "metrics_period_start": "2001-01-01T00:00:00Z",
                "metrics_period_end": "2001-01-01T12:00:00Z", "metrics_calculated_at": "2001-01-01T12:00:00Z",
                "total_conversations": 99999, "active_conversations": 99999, "conversations_assigned_today": 99999,
                "total_messages_sent": 99999, "total_messages_received": 99999, "avg_response_time_seconds": 99999,
                "leads_assigned": 99999, "leads_converted": 99999, "conversion_rate": 100, "prospects_generated": 99999,
                "prospects_converted": 99999, "total_chat_minutes": 99999, "avg_session_duration_minutes": 99999}]""".formatted(user.id(), user.tenantId())).update(connection);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        if (!run.committedBefore(Counts.METRICS_WRITTEN, "write-metrics")) {
            Calculated calculated = run.steps()
                    .run(
                            "calculate-metrics",
                            () -> run.transactions().snapshot(connection -> calculate(run, connection)));
            run.write("write-metrics", connection -> write(run, connection, calculated.rows()), written -> {
                run.outcome().count(Counts.METRICS_WRITTEN, written.rows());
                run.outcome().count(Counts.METRICS_UNCHANGED, calculated.sellers() - written.rows());
                written.entries().forEach(run.outcome()::publish);
            });
        }
        run.countOrphans();
    }

    private Calculated calculate(TaskRun run, Connection connection) throws SQLException {
        Instant now = run.now();
        TenantDays today = TenantDays.read(connection, run);
        Dialect dialect = run.dialect(connection);
        TaskRun.planForLargeRead(connection);
        Sql figures = FIGURES.sql(dialect)
                .with("now", now)
                .with("messagesByTime", dialect.messagesByTime())
                .with("activeSince", now.minus(window))
                .with("dayAgo", now.minus(ACTIVE));
        return today.bindTo(figures)
                .one(connection, row -> new Calculated(row.get("rows", String.class), row.get("sellers", Long.class)));
    }

    private static Written write(TaskRun run, Connection connection, String rows) throws SQLException {
        int written = NotificationWriter.insertForUsers(
                connection, tried -> WRITE.sql().with("rows", rows).update(tried));
        boolean cached = run.outcome().redis() && !run.transactions().dryRun();
        return new Written(written, cached ? cacheEntries(connection, rows, run.now()) : List.of());
    }

    private static List<Publication> cacheEntries(Connection connection, String rows, Instant now) throws SQLException {
        Sql cache = CACHE.sql().with("rows", rows).with("now", now);
        return cache.list(
                connection,
                row -> new Publication.CacheEntry(row.get("key", String.class), row.get("json", String.class), EXPIRY));
    }
}
