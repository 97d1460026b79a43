package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.time.Duration;
import java.time.Instant;

/** What every check needs to know. */
record Situation(Instant now, TenantDays today, Words words, NotificationParameters parameters, Texts texts) {
    Instant ago(Duration duration) {
        return now.minus(duration);
    }

    /** A statement that speaks of {@code tenant_days} and {@code :now}. */
    Sql sql(String text) {
        return today.bindTo(Sql.of(text)).with("now", now);
    }
}
