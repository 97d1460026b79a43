/** Interval or cron expression to what a CronJob needs, and when Kubernetes will start the next run; pure. */
@NullMarked
package io.crmventas.tasks.operator.schedule;

import org.jspecify.annotations.NullMarked;
