package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.OptionalTables;
import io.crmventas.tasks.runner.task.Orphans;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.Publication;
import io.crmventas.tasks.runner.task.SampleUser;
import io.crmventas.tasks.runner.task.SurvivingUsers;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Task {@code metrics-refresh}: one row per seller and local day in {@code seller_metrics}, and the CRM's cache of it. */
public record MetricsRefresh(MetricsParameters parameters) implements CrmTask {
    private static final Duration ACTIVE = Duration.ofHours(24);
    private static final SqlFile FIGURES = new SqlFile("task/metrics/figures.sql");

    /** @param entries one for each row that stands in the table now, written or not: the CRM's copy expires sooner */
    private record Refreshed(int written, List<Publication> entries) {}

    @Override
    public TaskType type() {
        return TaskType.METRICS_REFRESH;
    }

    @Override
    public List<SqlFile> statements() {
        return List.of(TenantDays.TENANTS, FIGURES, MetricsTable.WRITE, MetricsTable.CACHE, Orphans.COUNT);
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        MetricsTable.write(connection, """
                [{"seller_id": "%s", "tenant_id": %d, "metrics_period_start": "2001-01-01T00:00:00Z",
                "metrics_period_end": "2001-01-01T12:00:00Z", "metrics_calculated_at": "2001-01-01T12:00:00Z",
                "total_conversations": 0, "active_conversations": 0, "conversations_assigned_today": 0,
                "total_messages_sent": 0, "total_messages_received": 0, "leads_assigned": 0, "leads_converted": 0,
                "prospects_generated": 0, "prospects_converted": 0, "total_chat_minutes": 0}]""".formatted(user.id(), user.tenantId()));
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        if (!run.committedBefore(Counts.METRICS_WRITTEN, "write-metrics")) {
            String rows = run.steps()
                    .run(
                            "calculate-metrics",
                            () -> run.transactions().snapshot(connection -> calculate(run, connection)));
            run.steps()
                    .run(
                            "write-metrics",
                            () -> run.transactions()
                                    .run(
                                            connection -> write(run, connection, rows),
                                            refreshed -> count(run, refreshed)));
        }
        Orphans.count(run);
    }

    private static void count(TaskRun run, Refreshed refreshed) {
        run.outcome().count(Counts.METRICS_WRITTEN, refreshed.written());
        run.outcome().count(Counts.METRICS_UNCHANGED, refreshed.entries().size() - refreshed.written());
        if (!run.transactions().dryRun()) {
            refreshed.entries().forEach(run.outcome()::publish);
        }
    }

    private String calculate(TaskRun run, Connection connection) throws SQLException {
        Instant now = run.now();
        TenantDays today = TenantDays.read(connection, run);
        Dialect dialect = OptionalTables.read(connection, run.outcome());
        PlannerSettings.forOneGreatRead(connection);
        Sql figures = FIGURES.sql(dialect)
                .with("now", now)
                .with("messagesByTime", dialect.messagesByTime())
                .with("activeSince", now.minus(parameters.window()))
                .with("dayAgo", now.minus(ACTIVE));
        return today.bindTo(figures)
                .list(connection, row -> row.get("rows", String.class))
                .getFirst();
    }

    private static Refreshed write(TaskRun run, Connection connection, String rows) throws SQLException {
        int written = SurvivingUsers.insert(connection, tried -> MetricsTable.write(tried, rows));
        return new Refreshed(written, MetricsTable.cacheEntries(connection, rows, run.now()));
    }
}
