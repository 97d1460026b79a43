package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Orphans;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDay;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Task {@code daily-reports}: tells every CEO how each of the last days went, once. */
public record DailyReports(ReportParameters parameters) implements CrmTask {
    /** @param words of the CRM as this run found it */
    private record Missing(Words words, TenantDays days) {}

    @Override
    public TaskType type() {
        return TaskType.DAILY_REPORTS;
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
        List<ReportDay> added = run.steps()
                .run(
                        "write-reports",
                        () -> run.transactions()
                                .run(connection -> ReportNotifications.insert(
                                        connection, missing.words(), figures, parameters.language(), run.now())));
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
        Words words = Words.read(connection, run.outcome());
        return new Missing(words, ReportNotifications.missing(connection, words, lastDays(run, connection), run.now()));
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
        Sql figures = Sql.of(FiguresSql.figures(missing.words()))
                .with("now", now)
                .with("from", starts.stream().min(Comparator.naturalOrder()).orElse(now))
                .with("until", ends.stream().max(Comparator.naturalOrder()).orElse(now));
        return days.bindTo(figures).list(connection, Figures::read);
    }
}
