package io.crmventas.tasks.operator.status;

import java.time.Instant;
import java.util.Optional;

/** What became of a task's CronJob. */
public sealed interface Placement {

    /**
     * The CronJob is as it should be.
     *
     * @param nextRun of the schedule, suspended or not
     */
    record InPlace(
            String cronJobName,
            String schedule,
            String timeZone,
            Suspension suspension,
            Optional<Instant> lastScheduleTime,
            Optional<Instant> nextRun)
            implements Placement {}

    /**
     * No CronJob does what the task says.
     *
     * @param message names what is wrong
     * @param cronJob our CronJob, if there is one
     */
    record Refused(Reason reason, String message, Optional<Leftover> cronJob) implements Placement {}

    /** A CronJob of an earlier, good spec. */
    record Leftover(String name, boolean suspended, Optional<Instant> lastScheduleTime) {}

    /** Why Kubernetes shall start no scheduled run. */
    enum Suspension {
        NONE(Reason.ENABLED, "Scheduled runs start."),
        DISABLED(Reason.DISABLED, "spec.enabled is false: no scheduled run starts."),
        GLOBALLY_DISABLED(
                Reason.GLOBALLY_DISABLED, "ENABLE_SCHEDULED_TASKS of the operator is false: no scheduled run starts.");

        private final Reason reason;
        private final String message;

        Suspension(Reason reason, String message) {
            this.reason = reason;
            this.message = message;
        }

        Reason reason() {
            return reason;
        }

        String message() {
            return message;
        }

        public boolean suspends() {
            return this != NONE;
        }
    }
}
