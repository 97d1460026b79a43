package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fresh: a success came in time. It does not ask why none came: a run that failed, one that never started and one that
 * nobody scheduled leave the CRM equally stale. Only while a person wants no runs, none is missed; the time begins anew
 * when they go on. A task that paused itself is not excused.
 */
public final class FreshCondition {
    private FreshCondition() {}

    static void tell(
            Conditions conditions,
            CrmScheduledTask task,
            Suspension suspension,
            @Nullable String lastSuccessTime,
            Instant now) {
        Instant created = created(task).orElse(now);
        Optional<Instant> success = Optional.ofNullable(lastSuccessTime).map(Instant::parse);
        Optional<Condition> before = conditions.previous(Conditions.FRESH);
        Instant start = start(created, success, before, now);
        Optional<Instant> deadline = FreshnessDeadline.after(start, task);
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
                    Reason.INVALID_SCHEDULE.explain("Without a schedule nobody knows when a success is due."));
        } else if (now.isBefore(deadline.get())) {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.TRUE,
                    Reason.FRESH,
                    success.map(time -> "The last success was at " + time + ". Another is due by ")
                                    .orElse("No run has succeeded yet. The first success is due by ")
                            + (before.filter(FreshCondition::isTrue).isPresent()
                                    ? deadline.get()
                                    : FreshnessDeadline.after(latest(Stream.of(Optional.of(start), whole(now))), task)
                                            .orElseThrow())
                            + ".");
        } else {
            conditions.put(
                    Conditions.FRESH,
                    Conditions.FALSE,
                    Reason.STALE,
                    Reason.STALE.explain(success.map(time -> "The last success was at " + time)
                                    .orElse("No run has succeeded since the task was made at " + created)
                            + "; that is longer ago than spec.freshness allows."));
        }
    }

    /** When a fresh task becomes stale if nothing happens. */
    public static Optional<Instant> expiry(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        return Conditions.find(status.conditions(), Conditions.FRESH)
                .filter(FreshCondition::isTrue)
                .flatMap(fresh -> created(task)
                        .flatMap(created -> FreshnessDeadline.after(
                                latest(Stream.of(
                                        Optional.of(created),
                                        Optional.ofNullable(status.lastSuccessTime())
                                                .map(Instant::parse),
                                        Optional.of(Instant.parse(fresh.lastTransitionTime())))),
                                task)));
    }

    /** The last success; or, when that is later, since when one can be expected. */
    private static Instant start(Instant created, Optional<Instant> success, Optional<Condition> before, Instant now) {
        // A stale task becomes fresh by a success alone, not by the passing of anything else.
        Optional<Instant> since = before.filter(condition -> !condition.status().equals(Conditions.FALSE))
                .flatMap(condition ->
                        isTrue(condition) ? Optional.of(Instant.parse(condition.lastTransitionTime())) : whole(now));
        return latest(Stream.of(Optional.of(created), success, since));
    }

    private static boolean isTrue(Condition condition) {
        return condition.status().equals(Conditions.TRUE);
    }

    /** As conditions write their times. */
    private static Optional<Instant> whole(Instant now) {
        return Optional.of(now.truncatedTo(ChronoUnit.SECONDS));
    }

    private static Instant latest(Stream<Optional<Instant>> moments) {
        return moments.flatMap(Optional::stream).max(Instant::compareTo).orElseThrow();
    }

    private static Optional<Instant> created(CrmScheduledTask task) {
        return Optional.ofNullable(task.getMetadata().getCreationTimestamp()).map(Instant::parse);
    }
}
