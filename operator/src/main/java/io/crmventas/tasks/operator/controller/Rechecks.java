package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.schedule.slots.Anchor;
import io.crmventas.tasks.operator.status.Placement;
import io.crmventas.tasks.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** When to look again at what no event may tell of. */
final class Rechecks {
    /** A foreign CronJob need not carry our labels, so no event may tell that it is gone. */
    private static final Duration CONFLICT = Duration.ofSeconds(10);

    private static final Duration ENDING = Duration.ofSeconds(2);
    private static final Duration REJECTION = Duration.ofMinutes(1);

    /** The CronJob controller creates a Job within a second or two, on a busy cluster within ten. */
    static final Duration START_PATIENCE = Duration.ofSeconds(20);

    private Rechecks() {}

    static Optional<Instant> due(Placement placement, Runs runs, Instant now) {
        return Stream.concat(after(placement, runs).map(now::plus).stream(), runs.again().stream())
                .min(Comparator.naturalOrder());
    }

    /** A slot that comes while a run goes on is passed over then. */
    static Optional<Instant> overlap(CrmScheduledTask task, Placement placement, Runs runs) {
        return placement instanceof Placement.InPlace inPlace && runs.leavesOut(task)
                ? inPlace.nextRun().map(slot -> slot.plus(Anchor.OVERLAP_GRACE))
                : Optional.empty();
    }

    /** Whether the next run was started. A Job that the API server refuses causes no event that the operator watches. */
    static Optional<Instant> start(Placement placement) {
        return placement instanceof Placement.InPlace inPlace
                        && !inPlace.suspension().suspends()
                ? inPlace.nextRun().map(run -> run.plus(START_PATIENCE))
                : Optional.empty();
    }

    private static Optional<Duration> after(Placement placement, Runs runs) {
        if (runs.ending()) {
            return Optional.of(ENDING);
        }
        return switch (placement) {
            case Placement.InPlace inPlace ->
                inPlace.refusal().isPresent() || runs.podMissing() ? Optional.of(REJECTION) : Optional.empty();
            case Placement.Refused refused ->
                switch (refused.reason()) {
                    case Reason.NAME_CONFLICT, Reason.AWAITING_DELETION -> Optional.of(CONFLICT);
                    case Reason.CRON_JOB_CONTESTED -> Optional.of(Repairs.EACH);
                    case Reason.CRON_JOB_REJECTED, Reason.CRON_JOB_FORBIDDEN -> Optional.of(REJECTION);
                    default -> Optional.empty();
                };
        };
    }
}
