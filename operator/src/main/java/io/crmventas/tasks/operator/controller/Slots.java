package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.status.CheckPlan;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a task's slots when its CronJob is put in place.
 *
 * @param newest of the Jobs, which are often heard of before the CronJob's own status
 * @param leaveOut whether slots that came so far are not to be started later: a run is active
 * @param countFrom of a CronJob that is changed or released: an earlier slot is none of its own
 */
record Slots(Optional<Instant> newest, boolean leaveOut, Instant countFrom, Instant now) {

    static Slots of(
            CrmScheduledTask task, Runs runs, CheckPlan check, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        return new Slots(
                runs.newestSlot(),
                runs.leavesOut(task),
                check.releases(previous, runs.checks())
                        .filter(began -> began.isBefore(now))
                        .orElse(now),
                now);
    }
}
