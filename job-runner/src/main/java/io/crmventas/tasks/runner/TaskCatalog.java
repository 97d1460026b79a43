package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.cleanup.Cleanup;
import io.crmventas.tasks.runner.task.metrics.MetricsRefresh;
import io.crmventas.tasks.runner.task.notifications.NotificationChecks;
import io.crmventas.tasks.runner.task.reports.DailyReports;

/** Creates a task from its name and its parameters. */
@FunctionalInterface
public interface TaskCatalog {
    /** The four tasks of the CRM's data contract. */
    TaskCatalog BUILT_IN = (type, parameters) -> switch (type) {
        case NOTIFICATION_CHECKS -> NotificationChecks.read(parameters);
        case METRICS_REFRESH -> MetricsRefresh.read(parameters);
        case CLEANUP -> Cleanup.read(parameters);
        case DAILY_REPORTS -> DailyReports.read(parameters);
    };

    /** @throws io.crmventas.tasks.runner.report.Failure naming every wrong parameter */
    CrmTask create(TaskType type, Settings parameters);
}
