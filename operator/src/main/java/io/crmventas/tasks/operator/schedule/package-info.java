/** Interval or cron expression to what a CronJob needs, and when Kubernetes will start the next run; pure. */
package io.crmventas.tasks.operator.schedule;
