package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.StartDeadline;
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
 * @param startingDeadlineSeconds set for {@code missedRuns: Skip} with cron fields. With {@code @every}, a deadline below
 *     the interval would start nothing, so there the run checks its deadline itself. {@code RunOnce} needs no deadline:
 *     after 100 missed scheduled times the controller only warns, and starts the latest run.
 * @param environment of the run
 */
record StartPolicy(String concurrency, @Nullable Long startingDeadlineSeconds, List<EnvVar> environment) {
    /** The replaced run has ten seconds to end, and releases its lock in that time. */
    private static final String WAIT_FOR_REPLACED = "15s";
    /** A queued run starts after the end of the run before, whose database session can live a moment longer. */
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

    JobSpec addTo(JobSpec job) {
        job.getTemplate().getSpec().getContainers().getFirst().getEnv().addAll(environment);
        return job;
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }
}
