package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.OptionalTables;
import io.crmventas.tasks.runner.task.Orphans;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.SampleUser;
import io.crmventas.tasks.runner.task.SurvivingUsers;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDay;
import io.crmventas.tasks.runner.task.TenantDays;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Task {@code daily-reports}: tells every CEO how each of the last days went, once. */
public record DailyReports(ReportParameters parameters) implements CrmTask {
    /** The CRM's screens know this type; its own reports use it. */
    private static final String TYPE = "metric_alert";

    private static final SqlFile MISSING = new SqlFile("task/reports/missing.sql");
    private static final SqlFile FIGURES = new SqlFile("task/reports/figures.sql");
    private static final SqlFile INSERT = new SqlFile("task/reports/insert.sql");

    private record Missing(Dialect dialect, TenantDays days) {}

    @Override
    public TaskType type() {
        return TaskType.DAILY_REPORTS;
    }

    @Override
    public List<SqlFile> statements() {
        return List.of(TenantDays.TENANTS, MISSING, FIGURES, INSERT, Orphans.COUNT);
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        INSERT.sql(Dialect.read(connection))
                .with("reports", """
                        [{"tenant_id": %d, "day": "20010101", "title": "check", "message": "check",
                        "metadata": {"date": "2001-01-01"}}]""".formatted(user.tenantId()))
                .with("type", TYPE)
                .with("now", Instant.EPOCH)
                .list(connection, row -> row);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        Missing missing = run.steps()
                .run("missing-reports", () -> run.transactions().run(connection -> missing(run, connection)));
        if (missing.days().days().isEmpty()) {
            run.outcome().count(Counts.REPORTS, 0);
        } else {
            write(run, missing);
        }
        Orphans.count(run);
    }

    private void write(TaskRun run, Missing missing) throws SQLException {
        List<Figures> figures = run.steps()
                .run(
                        "report-figures",
                        () -> run.transactions().run(connection -> calculate(connection, missing, run.now())));
        run.steps()
                .run(
                        "write-reports",
                        () -> run.transactions()
                                .run(
                                        connection -> insert(connection, missing.dialect(), figures, run.now()),
                                        added -> count(run, figures, added)));
    }

    private static void count(TaskRun run, List<Figures> figures, List<ReportDay> added) {
        run.outcome().count(Counts.REPORTS, added.size());
        if (!run.transactions().dryRun()) {
            Set<ReportDay> reported = Set.copyOf(added);
            figures.stream()
                    .filter(day -> reported.contains(day.reportDay()))
                    .map(DailySummary::of)
                    .forEach(run.outcome()::publish);
        }
    }

    private Missing missing(TaskRun run, Connection connection) throws SQLException {
        Dialect dialect = OptionalTables.read(connection, run.outcome());
        TenantDays days = lastDays(run, connection);
        Set<ReportDay> lacking = Set.copyOf(days.bindTo(MISSING.sql(dialect))
                .with("now", run.now())
                .with("type", TYPE)
                .list(connection, ReportDay::read));
        return new Missing(
                dialect,
                new TenantDays(days.days().stream()
                        .filter(day -> lacking.contains(ReportDay.of(day)))
                        .toList()));
    }

    /** What was added, one element for each recipient; an existing report stays as it is. */
    private List<ReportDay> insert(Connection connection, Dialect dialect, List<Figures> figures, Instant now)
            throws SQLException {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Figures day : figures) {
            ReportText text = ReportText.of(day, parameters.language());
            rows.addObject()
                    .put("tenant_id", day.reportDay().tenantId())
                    .put("day", day.reportDay().day())
                    .put("title", text.title())
                    .put("message", text.message())
                    .set("metadata", day.metadata());
        }
        Sql insert = INSERT.sql(dialect)
                .with("reports", JsonText.of(rows))
                .with("type", TYPE)
                .with("now", now);
        return SurvivingUsers.insert(connection, tried -> insert.list(tried, ReportDay::read));
    }

    /** Yesterday first. A date that a zone skipped has no instant, so nothing to report. */
    private TenantDays lastDays(TaskRun run, Connection connection) throws SQLException {
        List<TenantDay> today = TenantDays.read(connection, run).days();
        return new TenantDays(IntStream.rangeClosed(1, parameters.days())
                .boxed()
                .flatMap(before -> today.stream().map(day -> day.daysBefore(before)))
                .filter(day -> day.start().isBefore(day.end()))
                .filter(day -> {
                    Instant created = day.tenantCreatedAt();
                    return created == null || day.end().isAfter(created);
                })
                .toList());
    }

    private static List<Figures> calculate(Connection connection, Missing missing, Instant now) throws SQLException {
        TenantDays days = missing.days();
        PlannerSettings.forOneGreatRead(connection);
        List<Instant> starts = days.days().stream().map(TenantDay::start).toList();
        List<Instant> ends = days.days().stream().map(TenantDay::end).toList();
        Dialect dialect = missing.dialect();
        Sql figures = FIGURES.sql(dialect)
                .with("now", now)
                .with("messagesByTime", dialect.messagesByTime())
                .with("activeSince", now.minus(Duration.ofHours(24)))
                .with("unansweredBefore", now.minus(Duration.ofHours(1)))
                .with("from", starts.stream().min(Comparator.naturalOrder()).orElse(now))
                .with("until", ends.stream().max(Comparator.naturalOrder()).orElse(now));
        return days.bindTo(figures).list(connection, Figures::read);
    }
}
