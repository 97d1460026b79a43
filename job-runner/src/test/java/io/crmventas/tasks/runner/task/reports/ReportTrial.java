package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the reports of the last three days of a small CRM, and reads them. */
final class ReportTrial {
    static final DailyReports TASK = new DailyReports(3, Language.ES);

    final Crm crm = new Crm();
    final Connection connection;

    ReportTrial(Connection connection) {
        this.connection = connection;
    }

    Map<String, Map<String, @Nullable Object>> reports(Instant now) throws SQLException {
        CrmDatabase.fill(connection, crm);
        run(now);
        return StoredReports.read(connection);
    }

    Outcome run(Instant now) throws SQLException {
        return TaskTrial.run(TASK, connection, now);
    }

    Map<String, @Nullable Object> report(Instant now, int tenant, String day, UUID ceo) throws SQLException {
        Map<String, @Nullable Object> report = reports(now).get(id(tenant, day, ceo));
        if (report == null) {
            throw new AssertionError("no report " + id(tenant, day, ceo));
        }
        return report;
    }

    /** @param day as yyyymmdd */
    static String id(int tenant, String day, UUID ceo) {
        return "daily_report_" + tenant + "_" + day + "_" + ceo;
    }
}
