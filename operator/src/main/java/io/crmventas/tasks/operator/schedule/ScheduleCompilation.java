package io.crmventas.tasks.operator.schedule;

/** A task's interval or cron expression in the form of a CronJob, or why there is none. */
public sealed interface ScheduleCompilation {
    /**
     * A schedule that Kubernetes accepts and that fires.
     *
     * @param cronJobSchedule the CronJob's {@code spec.schedule}: five fields, or {@code @every 7m0s}
     * @param timeZone the CronJob's {@code spec.timeZone}; always set, because the default is the controller's own zone
     * @param schedule the same, for calculations
     */
    record CompiledSchedule(String cronJobSchedule, String timeZone, Schedule schedule)
            implements ScheduleCompilation {}

    /**
     * The resource has to be edited before anything can run.
     *
     * @param field path of the field to edit, as in {@code spec.schedule}
     * @param message names the field, what is wrong with its value, and what to write
     */
    record Rejected(String field, String message) implements ScheduleCompilation {
        static Rejected of(String field, String value, String problemAndCure) {
            return new Rejected(field, field + " \"" + value + "\": " + problemAndCure);
        }
    }
}
