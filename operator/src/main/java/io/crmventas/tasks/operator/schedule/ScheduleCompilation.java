package io.crmventas.tasks.operator.schedule;

/** What became of a task's interval or cron expression: a {@link CompiledSchedule}, or why there is none. */
public sealed interface ScheduleCompilation permits CompiledSchedule, ScheduleCompilation.Rejected {

    /**
     * The resource has to be edited before anything can run.
     *
     * @param field path of the field to edit, as in {@code spec.schedule}
     * @param message names the field, what is wrong with its value, and the cure
     */
    record Rejected(String field, String message) implements ScheduleCompilation {
        static Rejected of(String field, String value, String problemAndCure) {
            return new Rejected(field, field + " \"" + value + "\": " + problemAndCure);
        }
    }
}
