package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.slots.StartDeadline;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code spec.missedRuns} and {@code spec.overlap} become in a CronJob.
 *
 * @param startingDeadlineSeconds only where missed runs are left out and the schedule is cron fields: with
 *     {@code @every}, a deadline below the interval means that nothing ever runs, so there the run itself is told. With
 *     RunOnce it is not needed: from 100 missed slots on the controller only warns, and starts the latest one.
 * @param environment of the run
 */
record StartPolicy(String concurrency, @Nullable Long startingDeadlineSeconds, List<EnvVar> environment) {
    /** The run that was replaced has ten seconds to end, and gives the lock back by then. */
    private static final String WAIT_FOR_REPLACED = "15s";
    /** It starts when the other has ended; its session may live a moment longer. */
    private static final String WAIT_IN_QUEUE = "5s";

    static StartPolicy of(CrmScheduledTaskSpec spec, String schedule, String timeZone) {
        Optional<Schedule> limited = spec.missedRuns() == MissedRuns.SKIP
                ? ScheduleCompiler.compiled("", "", schedule, timeZone)
                : Optional.empty();
        Long seconds = limited.map(StartDeadline::of)
                .map(deadline -> deadline.toSeconds())
                .orElse(null);
        boolean cron = limited.filter(Schedule.Cron.class::isInstance).isPresent();
        List<EnvVar> environment = new ArrayList<>();
        if (seconds != null && !cron) {
            environment.add(variable(RunnerEnvironment.START_DEADLINE, seconds + "s"));
        }
        Overlap overlap = spec.overlapOrDefault();
        switch (overlap) {
            case QUEUE -> environment.add(variable(RunnerEnvironment.LOCK_WAIT, WAIT_IN_QUEUE));
            case REPLACE -> environment.add(variable(RunnerEnvironment.LOCK_WAIT, WAIT_FOR_REPLACED));
            case SKIP -> {}
        }
        return new StartPolicy(
                overlap == Overlap.REPLACE ? "Replace" : "Forbid", cron ? seconds : null, List.copyOf(environment));
    }

    JobSpec told(JobSpec job) {
        job.getTemplate().getSpec().getContainers().getFirst().getEnv().addAll(environment);
        return job;
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }
}
