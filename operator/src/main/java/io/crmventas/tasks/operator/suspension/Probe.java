package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.operator.resources.JobFactory;
import io.crmventas.tasks.operator.status.Halt;
import io.crmventas.tasks.operator.status.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** A try of a task that paused itself. */
public final class Probe {
    private Probe() {}

    /** When the next one is due; not while people want the task to stand still. */
    public static Optional<Instant> due(Halt halt) {
        return halt.suspension().reason() == Reason.BREAKER_OPEN
                ? halt.breaker().map(Breaker::nextProbeTime).map(Instant::parse)
                : Optional.empty();
    }

    /** The same for the same try, so that an operator that died over it finds the Job again. */
    public static String jobName(CrmScheduledTask task, Breaker open) {
        return JobFactory.name(task, "probe/" + open.openedTime() + "/" + open.probes());
    }

    /** No run was started, so none is counted; the next one is due as if it had been. */
    public static Breaker refused(CrmScheduledTask task, Breaker open, Instant now) {
        return new Breaker(
                open.openedTime(), open.probes(), made(task, open, now).nextProbeTime(), open.resumeRequest());
    }

    public static Breaker made(CrmScheduledTask task, Breaker open, Instant now) {
        int probes = open.probes() + 1;
        return new Breaker(
                open.openedTime(),
                probes,
                ProbeTimes.next(task, now.truncatedTo(ChronoUnit.SECONDS), probes)
                        .map(Instant::toString)
                        .orElse(null),
                open.resumeRequest());
    }
}
