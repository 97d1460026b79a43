package io.crmventas.tasks.operator.status;

/** Something that happened to a task and is worth a Kubernetes Event. */
public record TaskEvent(Kind kind, String note) {

    /** Every Event there is; the reason is part of the interface, for people search and alert by it. */
    public enum Kind {
        CRON_JOB_CREATED("CronJobCreated", "Schedule", false),
        SUSPENDED("Suspended", "Suspend", false),
        RESUMED("Resumed", "Resume", false),
        BREAKER_OPENED("BreakerOpened", "Suspend", true),
        PROBE_STARTED("ProbeStarted", "Run", false),
        BREAKER_CLOSED("BreakerClosed", "Resume", false),
        NAME_CONFLICT("NameConflict", "Schedule", true),
        INVALID_SCHEDULE("InvalidSchedule", "Schedule", true),
        UNKNOWN_TASK("UnknownTask", "Schedule", true),
        UNKNOWN_DATABASE("UnknownDatabase", "Schedule", true),
        UNKNOWN_RUNNER_PROFILE("UnknownRunnerProfile", "Schedule", true),
        CRON_JOB_REJECTED("CronJobRejected", "Schedule", true),
        CRON_JOB_CONTESTED("CronJobContested", "Schedule", true),
        PREFLIGHT_FAILED("PreflightFailed", "Check", true),
        PREFLIGHT_PASSED("PreflightPassed", "Check", false),
        RUN_STARTED("RunStarted", "Run", false),
        RUN_REFUSED("RunRefused", "Run", true),
        RUN_FAILED("RunFailed", "Run", true),
        RUN_UNKNOWN("RunUnknown", "Run", true),
        RUN_RECOVERED("RunRecovered", "Run", false);

        private final String reason;
        private final String action;
        private final boolean warning;

        Kind(String reason, String action, boolean warning) {
            this.reason = reason;
            this.action = action;
            this.warning = warning;
        }

        public String reason() {
            return reason;
        }

        public String action() {
            return action;
        }

        public boolean warning() {
            return warning;
        }
    }
}
