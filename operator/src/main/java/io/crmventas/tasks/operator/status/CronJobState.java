package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import java.time.Instant;
import java.util.Optional;

/** The state of a task's CronJob after a reconcile. */
public sealed interface CronJobState {
    Optional<Instant> lastScheduleTime();

    /**
     * The CronJob is as it should be.
     *
     * @param nextRun the next scheduled time, also while the CronJob is suspended
     * @param refusal why Kubernetes does not start a run that is due
     */
    record InPlace(
            String cronJobName,
            String schedule,
            String timeZone,
            Suspension suspension,
            Optional<Instant> lastScheduleTime,
            Optional<Instant> nextRun,
            Optional<RunProblem> refusal)
            implements CronJobState {}

    /**
     * No CronJob does what the task wants.
     *
     * @param message the fault
     * @param cronJob our CronJob, if there is one
     */
    record Refused(Reason reason, String message, Optional<Leftover> cronJob) implements CronJobState {
        @Override
        public Optional<Instant> lastScheduleTime() {
            return cronJob.flatMap(Leftover::lastScheduleTime);
        }
    }

    /** The CronJob of an earlier, valid spec. */
    record Leftover(String name, boolean suspended, Optional<Instant> lastScheduleTime) {}
}
