package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.FreshPeriod;
import io.crmventas.tasks.api.v1alpha1.Freshness;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sets condition Fresh: a run succeeded in time. The cause does not matter, because the CRM is equally stale if a run
 * failed, never started or was never scheduled. While a person wants no runs, the condition is Unknown, and the period
 * starts again when the task resumes. While a task pauses itself, the period continues.
 *
 * <p>After an edit of schedule or freshness the period of a fresh task starts again. Past times that only the new
 * schedule has are not missed. Only a success makes a stale task fresh.
 */
public final class FreshCondition {
    private FreshCondition() {}

    /**
     * @param counted the previous status, with the runs that ended since
     * @return the period of the next status; null while the task is not fresh
     */
    static @Nullable FreshPeriod put(
            Conditions conditions,
            CrmScheduledTask task,
            Suspension suspension,
            CrmScheduledTaskStatus counted,
            Instant now) {
        Instant created = Instant.parse(task.getMetadata().getCreationTimestamp());
        Optional<Instant> success = Optional.ofNullable(counted.lastSuccessTime());
        Instant start = start(
                task,
                latest(created, success.orElse(created)),
                counted.condition(Conditions.FRESH),
                counted.freshPeriod(),
                now.truncatedTo(ChronoUnit.SECONDS));
        Optional<Instant> deadline = deadline(start, task);
        if (suspension.wanted()) {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.UNKNOWN,
                    suspension.reason(),
                    "No success is expected while no scheduled run starts.");
        } else if (deadline.isEmpty()) {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.UNKNOWN,
                    Reason.INVALID_SCHEDULE,
                    Reason.INVALID_SCHEDULE.explain(
                            "Without a schedule the operator cannot compute when a success is due."));
        } else if (now.isBefore(deadline.get())) {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.TRUE,
                    Reason.FRESH,
                    success.map(time -> "The last success was at " + time + ". Another is due by ")
                                    .orElse("No run has succeeded yet. The first success is due by ")
                            + deadline.get() + ".");
            return new FreshPeriod(start, deadline.get());
        } else {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.FALSE,
                    Reason.STALE,
                    Reason.STALE.explain(success.map(time -> "The last success was at " + time)
                                    .orElse("No run has succeeded since the task was created at " + created)
                            + "; that is longer ago than spec.freshness allows."));
        }
        return null;
    }

    /** Returns when a fresh task becomes stale if no run succeeds. */
    public static Optional<Instant> expiry(CrmScheduledTaskStatus status) {
        return Optional.ofNullable(status.freshPeriod()).map(FreshPeriod::until);
    }

    /**
     * Returns the start of the period: the last success, or a later time from which the next success is expected.
     *
     * @param success the last success, or the task's creation
     */
    private static Instant start(
            CrmScheduledTask task,
            Instant success,
            Optional<Condition> before,
            @Nullable FreshPeriod period,
            Instant now) {
        return switch (before.map(Condition::status).orElse(Conditions.FALSE)) {
            case Conditions.FALSE -> success;
            case Conditions.UNKNOWN -> latest(success, now);
            default -> {
                Instant from = period != null && ends(period, task) ? period.countedFrom() : now;
                yield latest(success, from);
            }
        };
    }

    private static boolean ends(FreshPeriod period, CrmScheduledTask task) {
        return deadline(period.countedFrom(), task).equals(Optional.of(period.until()));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * Computes the end of the period from the task's own schedule, because the CronJob can be missing. The period has
     * no fixed length: a task of working days that succeeded on a Friday is not overdue on Sunday.
     *
     * @return empty when the schedule cannot be read
     */
    private static Optional<Instant> deadline(Instant start, CrmScheduledTask task) {
        Freshness freshness = task.getSpec().freshnessOrDefault();
        if (freshness.maxAge() != null) {
            return Optional.of(start.plus(DurationText.parse(freshness.maxAge())));
        }
        return ScheduleCompiler.schedule(task)
                .flatMap(schedule -> scheduledTime(schedule, start, freshness.missedRuns()))
                .map(time -> time.plus(DurationText.parse(freshness.grace())));
    }

    private static Optional<Instant> scheduledTime(Schedule schedule, Instant start, int number) {
        Optional<Instant> time = Optional.of(start);
        for (int i = 0; i < number; i++) {
            time = time.flatMap(schedule::next);
        }
        return time;
    }
}
