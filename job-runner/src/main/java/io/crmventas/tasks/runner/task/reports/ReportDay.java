package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.TenantDay;
import java.sql.SQLException;

/**
 * What a report is about.
 *
 * @param day as yyyymmdd
 */
record ReportDay(int tenantId, String day) {
    static ReportDay of(TenantDay day) {
        return new ReportDay(day.tenantId(), day.yyyymmdd());
    }

    static ReportDay read(Row row) throws SQLException {
        return new ReportDay(row.get("tenant_id", Integer.class), row.get("day", String.class));
    }
}
