package io.crmventas.tasks.api.v1alpha1;

/** Defines the form of {@code spec.schedule} by CEL. The operator checks the values of the five cron fields. */
final class ScheduleRules {
    private static final String IS_EVERY = "self.matches('^@every ([0-9]{1,6}[hms])+$')";
    private static final String EVERY = "duration(self.substring(7))";

    static final String FORM =
            IS_EVERY + " || self.matches('^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$')"
                    + " || self.matches(r'^[^@\\s]\\S*( \\S+){4}$')";
    static final String NOT_TOO_SHORT = "!" + IS_EVERY + " || " + EVERY + " >= duration('1m')";
    static final String NOT_TOO_LONG = "!" + IS_EVERY + " || " + EVERY + " <= duration('8784h')";

    private ScheduleRules() {}
}
