package io.crmventas.tasks.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.cleanup.Cleanup;
import io.crmventas.tasks.runner.task.cleanup.CleanupParameters;
import io.crmventas.tasks.runner.task.metrics.MetricsParameters;
import io.crmventas.tasks.runner.task.metrics.MetricsRefresh;
import io.crmventas.tasks.runner.task.notifications.NotificationChecks;
import io.crmventas.tasks.runner.task.notifications.NotificationParameters;
import io.crmventas.tasks.runner.task.reports.DailyReports;
import io.crmventas.tasks.runner.task.reports.ReportParameters;

/** The four tasks of the CRM's data contract. */
final class BuiltInTasks implements TaskCatalog {
    @Override
    public CrmTask create(TaskType type, JsonNode parameters) {
        return switch (type) {
            case NOTIFICATION_CHECKS -> new NotificationChecks(NotificationParameters.of(parameters));
            case METRICS_REFRESH -> new MetricsRefresh(MetricsParameters.parse(parameters));
            case CLEANUP -> new Cleanup(CleanupParameters.of(parameters));
            case DAILY_REPORTS -> new DailyReports(ReportParameters.parse(parameters));
        };
    }
}
