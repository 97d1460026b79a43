/** Cron expressions exactly as Kubernetes reads them: the semantics of robfig/cron v3 {@code ParseStandard}. */
package io.crmventas.tasks.operator.schedule.cron;
