package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.TenantDays.TenantDay;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Content;
import io.crmventas.tasks.runner.task.output.Notification.Priority;
import io.crmventas.tasks.runner.task.output.NotificationWriter;
import io.crmventas.tasks.runner.task.output.Texts;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import io.crmventas.tasks.runner.task.reports.Figures.ReportDay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Task {@code daily-reports}: reports each of the last days once to every CEO.
 *
 * @param daysBack the number of local days before today, so that a later run writes a missed report
 */
public record DailyReports(int daysBack, Language language) implements CrmTask {
    /** The CRM's screens know this type, which its own reports have. */
    private static final String TYPE = "metric_alert";
    /** Cleanup deletes a report 7 days after it was written. A run that looks further back would write it again. */
    private static final int MOST_DAYS = 7;

    private static final SqlFile MISSING = new SqlFile("task/reports/missing.sql");
    private static final SqlFile FIGURES = new SqlFile("task/reports/figures.sql");

    /** A report that the CRM does not have yet. */
    private record MissingReport(String id, ReportDay day, UUID recipient) {}

    /** @param days the days that lack a report */
    private record Missing(Dialect dialect, Map<ReportDay, List<MissingReport>> reports, TenantDays days) {}

    public static DailyReports read(Settings parameters) {
        DailyReports reports = new DailyReports(parameters.integer("days", 3, 1, MOST_DAYS), Language.read(parameters));
        parameters.finish();
        return reports;
    }

    @Override
    public TaskType type() {
        return TaskType.DAILY_REPORTS;
    }

    @Override
    public List<SqlFile> statements(Set<String> absentTables) {
        return List.of(TenantDays.TENANTS, MISSING, FIGURES, NotificationWriter.INSERT, TaskRun.ORPHANS);
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        Notification report = Notification.sample(user, TYPE, Priority.MEDIUM, null);
        NotificationWriter.insert(connection, List.of(report), Instant.EPOCH);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        Missing missing = run.read("missing-reports", connection -> missing(run, connection));
        if (missing.days().days().isEmpty()) {
            run.outcome().count(Counts.REPORTS, 0);
        } else {
            List<Figures> figures = run.read("report-figures", connection -> calculate(connection, missing, run.now()));
            List<Notification> reports = reports(missing, figures, run.now());
            run.write(
                    "write-reports", connection -> NotificationWriter.insert(connection, reports, run.now()), added -> {
                        run.outcome().count(Counts.REPORTS, added.size());
                        if (!run.transactions().dryRun()) {
                            figures.forEach(day -> run.outcome().publish(day.summary()));
                        }
                    });
        }
        run.countOrphans();
    }

    private Missing missing(TaskRun run, Connection connection) throws SQLException {
        Dialect dialect = run.dialect(connection);
        TenantDays days = lastDays(run, connection);
        Sql missing = days.bindTo(MISSING.sql(dialect)).with("now", run.now()).with("type", TYPE);
        Map<ReportDay, List<MissingReport>> reports = missing
                .list(
                        connection,
                        row -> new MissingReport(
                                row.get("id", String.class), ReportDay.read(row), row.get("recipient_id", UUID.class)))
                .stream()
                .collect(Collectors.groupingBy(MissingReport::day));
        List<TenantDay> incomplete = days.days().stream()
                .filter(day -> reports.containsKey(ReportDay.of(day)))
                .toList();
        return new Missing(dialect, reports, new TenantDays(incomplete));
    }

    /**
     * Creates the reports. Those of one tenant differ in {@code created_at} by a microsecond a day, so that a list shows
     * the newest day first.
     */
    private List<Notification> reports(Missing missing, List<Figures> figures, Instant now) {
        Texts texts = new Texts(language);
        List<Notification> reports = new ArrayList<>();
        for (Figures day : figures) {
            int tenant = day.reportDay().tenantId();
            Instant createdAt = now.minus(day.newerDays(), ChronoUnit.MICROS);
            Content content = new Content(TYPE, Priority.MEDIUM, day.text(texts), day.metadata());
            for (MissingReport report : missing.reports().getOrDefault(day.reportDay(), List.of())) {
                reports.add(new Notification(report.id(), tenant, report.recipient(), content, null, null, createdAt));
            }
        }
        return reports;
    }

    /** Returns the days to report, yesterday first. It leaves out a date that a zone skipped, because it has no instant. */
    private TenantDays lastDays(TaskRun run, Connection connection) throws SQLException {
        List<TenantDay> today = TenantDays.read(connection, run).days();
        return new TenantDays(IntStream.rangeClosed(1, daysBack)
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
        TaskRun.planForLargeRead(connection);
        Sql figures = FIGURES.sql(missing.dialect())
                .with("now", now)
                .with("messagesByTime", missing.dialect().messagesByTime())
                .with("activeSince", now.minus(Duration.ofHours(24)))
                .with("unansweredBefore", now.minus(Duration.ofHours(1)));
        return missing.days().bindTo(figures).list(connection, Figures::read);
    }
}
