package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.CrmTask;
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
    private record Reported(List<ReportDay> added, List<Figures> figures) {}

    @Override
    public TaskType type() {
        return TaskType.DAILY_REPORTS;
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        Reported reported = run.transactions().run(connection -> report(run, connection));
        run.outcome().count(Counts.REPORTS, reported.added().size());
        Set<ReportDay> added = Set.copyOf(reported.added());
        reported.figures().stream()
                .filter(figures -> added.contains(figures.reportDay()))
                .map(DailySummary::of)
                .forEach(run.outcome()::publish);
    }

    private Reported report(TaskRun run, Connection connection) throws SQLException {
        Instant now = run.now();
        Words words = Words.read(connection, run.outcome());
        TenantDays missing = run.steps()
                .run(
                        "find missing reports",
                        () -> ReportNotifications.missing(connection, words, lastDays(run, connection), now));
        if (missing.days().isEmpty()) {
            return new Reported(List.of(), List.of());
        }
        List<Figures> figures = run.steps().run("calculate figures", () -> calculate(connection, words, missing, now));
        List<ReportDay> added = run.steps()
                .run(
                        "write reports",
                        () -> ReportNotifications.insert(connection, words, figures, parameters.language(), now));
        return new Reported(added, figures);
    }

    /** Yesterday first. A date that a zone skipped has no instant, so nothing to report. */
    private TenantDays lastDays(TaskRun run, Connection connection) throws SQLException {
        List<TenantDay> today =
                TenantDays.read(connection, run.now(), run.outcome()).days();
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

    private static List<Figures> calculate(Connection connection, Words words, TenantDays days, Instant now)
            throws SQLException {
        PlannerSettings.forOneGreatRead(connection);
        List<Instant> starts = days.days().stream().map(TenantDay::start).toList();
        List<Instant> ends = days.days().stream().map(TenantDay::end).toList();
        Sql figures = Sql.of(FiguresSql.figures(words))
                .with("now", now)
                .with("from", starts.stream().min(Comparator.naturalOrder()).orElse(now))
                .with("until", ends.stream().max(Comparator.naturalOrder()).orElse(now));
        return days.bindTo(figures).list(connection, Figures::read);
    }
}
