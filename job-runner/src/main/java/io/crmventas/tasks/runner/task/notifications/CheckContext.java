package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.TenantDays;
import java.time.Duration;
import java.time.Instant;

/** What every check needs to know. */
record CheckContext(Instant now, TenantDays today, Dialect dialect, NotificationParameters parameters, Texts texts) {
    Instant ago(Duration duration) {
        return now.minus(duration);
    }

    /** @param type of the notifications, which a recipient may have muted */
    Sql sql(SqlFile file, String type) {
        return today.bindTo(file.sql(dialect))
                .with("now", now)
                .with("type", type)
                .with("messagesByTime", dialect.messagesByTime());
    }
}
