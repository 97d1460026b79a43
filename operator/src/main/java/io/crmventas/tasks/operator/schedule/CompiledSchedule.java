package io.crmventas.tasks.operator.schedule;

/**
 * A schedule that Kubernetes accepts and that fires.
 *
 * @param cronJobSchedule the CronJob's {@code spec.schedule}: five fields, or {@code @every 7m0s}
 * @param timeZone the CronJob's {@code spec.timeZone}; always set, for the default is the controller's own zone
 * @param schedule the same, to reckon with
 */
public record CompiledSchedule(String cronJobSchedule, String timeZone, Schedule schedule)
        implements ScheduleCompilation {}
