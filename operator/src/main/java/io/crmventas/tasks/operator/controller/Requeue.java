package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.controller.CronJobWriter.RepairBudgets;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.schedule.LastScheduleTime;
import io.crmventas.tasks.operator.status.CronJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides when the operator reconciles a task again without an event. */
public final class Requeue {
    /** A foreign CronJob can lack our labels. The operator then gets no event for its deletion. */
    private static final Duration CONFLICT = Duration.ofSeconds(10);

    private static final Duration ENDING = Duration.ofSeconds(2);
    private static final Duration REJECTION = Duration.ofMinutes(1);

    /** The CronJob controller creates a Job within a second or two, on a busy cluster within ten. */
    static final Duration START_PATIENCE = Duration.ofSeconds(20);
    /** A moment can pass without effect, because a cache is late. This minimum prevents a busy loop. */
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** A timer can fire slightly early. This margin makes sure that the moment has come. */
    private static final Duration MARGIN = Duration.ofMillis(50);

    /**
     * A watch can lose an event, so the operator reconciles every task after this time at the latest. Liveness relies
     * on it: a leader that reconciles nothing for longer counts as stuck, and Kubernetes restarts it. JOSDK's own
     * maximum interval does not help, because it holds only for a reconcile that asks for no delay.
     */
    public static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private Requeue() {}

    /** Returns the time until the earliest of the moments, {@link #LONGEST_SILENCE} at most. */
    static Duration after(Instant now, Stream<Optional<Instant>> moments) {
        Instant latest = now.plus(LONGEST_SILENCE);
        Instant next = moments.flatMap(Optional::stream)
                .filter(latest::isAfter)
                .min(Comparator.naturalOrder())
                .orElse(latest);
        Duration delay = Duration.between(now, next).plus(MARGIN);
        return delay.compareTo(LEAST) < 0 ? LEAST : delay;
    }

    /** The operator must skip a scheduled time that comes while a run is active. */
    static Optional<Instant> overlap(CrmScheduledTask task, CronJobState cronJob, TaskRuns runs) {
        return cronJob instanceof CronJobState.InPlace inPlace && runs.skipsDue(task)
                ? inPlace.nextRun().map(time -> time.plus(LastScheduleTime.OVERLAP_GRACE))
                : Optional.empty();
    }

    /** The operator must check this start itself: it watches no event for a Job that the API server refuses. */
    static Optional<Instant> start(CronJobState cronJob) {
        return cronJob instanceof CronJobState.InPlace inPlace
                        && !inPlace.suspension().suspends()
                ? inPlace.nextRun().map(run -> run.plus(START_PATIENCE))
                : Optional.empty();
    }

    /** Returns how long the operator waits for a change that causes no event. */
    static Optional<Duration> delay(CronJobState cronJob, TaskRuns runs) {
        if (runs.ending()) {
            return Optional.of(ENDING);
        }
        return switch (cronJob) {
            case CronJobState.InPlace inPlace ->
                inPlace.refusal().isPresent() || runs.explainedByEvent() ? Optional.of(REJECTION) : Optional.empty();
            case CronJobState.Refused refused ->
                switch (refused.reason()) {
                    case Reason.NAME_CONFLICT, Reason.AWAITING_DELETION -> Optional.of(CONFLICT);
                    case Reason.CRON_JOB_CONTESTED -> Optional.of(RepairBudgets.EACH);
                    case Reason.CRON_JOB_REJECTED, Reason.CRON_JOB_FORBIDDEN -> Optional.of(REJECTION);
                    default -> Optional.empty();
                };
        };
    }
}
