package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.operator.status.TaskEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events out of two statuses: only a change of a condition is one, so a failing task does not flood anybody. */
public final class Transitions {
    /** The CronJob is there all the time, so their end is no news of a CronJob that was created. */
    private static final Set<Reason> OBSTACLES =
            Set.of(Reason.JOB_REJECTED, Reason.NO_POD, Reason.CRON_JOB_CONTESTED, Reason.API_ERROR);

    private Transitions() {}

    public static List<TaskEvent> between(@Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        List<TaskEvent> events = new ArrayList<>();
        ready(previous, next).ifPresent(events::add);
        breaker(previous, next).or(() -> suspended(previous, next)).ifPresent(events::add);
        preflight(previous, next).ifPresent(events::add);
        lastRun(previous, next).ifPresent(events::add);
        return events;
    }

    private static Optional<TaskEvent> ready(@Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Condition ready = condition(next, Conditions.READY).orElseThrow();
        Optional<String> before = condition(previous, Conditions.READY).map(Condition::reason);
        boolean same = before.equals(Optional.of(ready.reason()));
        boolean passed = Reason.SCHEDULED.text().equals(ready.reason())
                && before.flatMap(Reason::of).filter(OBSTACLES::contains).isPresent();
        if (same || passed || waits(ready)) {
            return Optional.empty();
        }
        Kind kind = switch (Reason.of(ready.reason()).orElse(Reason.OTHER)) {
            case SCHEDULED -> Kind.CRON_JOB_CREATED;
            case JOB_REJECTED, NO_POD -> Kind.RUN_REFUSED;
            case NAME_CONFLICT -> Kind.NAME_CONFLICT;
            case INVALID_SCHEDULE -> Kind.INVALID_SCHEDULE;
            case UNKNOWN_TASK -> Kind.UNKNOWN_TASK;
            case UNKNOWN_DATABASE -> Kind.UNKNOWN_DATABASE;
            case UNKNOWN_RUNNER_PROFILE -> Kind.UNKNOWN_RUNNER_PROFILE;
            case CRON_JOB_CONTESTED -> Kind.CRON_JOB_CONTESTED;
            default -> Kind.CRON_JOB_REJECTED;
        };
        return Optional.of(new TaskEvent(kind, ready.message()));
    }

    private static Optional<TaskEvent> suspended(
            @Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Condition now = condition(next, Conditions.SUSPENDED).orElseThrow();
        String before = condition(previous, Conditions.SUSPENDED)
                .filter(old -> !waits(old))
                .map(Condition::status)
                .orElse(Conditions.FALSE);
        if (now.status().equals(before) || waits(now)) {
            return Optional.empty();
        }
        Kind kind = now.status().equals(Conditions.TRUE) ? Kind.SUSPENDED : Kind.RESUMED;
        return Optional.of(new TaskEvent(kind, now.message()));
    }

    private static Optional<TaskEvent> breaker(@Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Breaker before = previous == null ? null : previous.breaker();
        Breaker now = next.breaker();
        String suspension = condition(next, Conditions.SUSPENDED).orElseThrow().message();
        if (now == null) {
            return before == null
                    ? Optional.empty()
                    : Optional.of(new TaskEvent(
                            Kind.BREAKER_CLOSED, "The task no longer keeps itself from running. " + suspension));
        }
        if (before == null) {
            return Optional.of(new TaskEvent(
                    Kind.BREAKER_OPENED, Suspension.breakerOpen(now, next).explained()));
        }
        return before.probes() == now.probes()
                ? Optional.empty()
                : Optional.of(
                        new TaskEvent(Kind.PROBE_STARTED, "Try " + now.probes() + " since the task paused itself."));
    }

    /** That a new task waits for its check, and passes, is the rule and no news. */
    private static Optional<TaskEvent> preflight(
            @Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Optional<Condition> now = condition(next, Conditions.PREFLIGHT);
        String before =
                condition(previous, Conditions.PREFLIGHT).map(Condition::status).orElse(Conditions.UNKNOWN);
        if (now.isEmpty() || now.get().status().equals(before)) {
            return Optional.empty();
        }
        if (now.get().status().equals(Conditions.FALSE)) {
            return Optional.of(new TaskEvent(Kind.PREFLIGHT_FAILED, now.get().message()));
        }
        return now.get().status().equals(Conditions.TRUE) && before.equals(Conditions.FALSE)
                ? Optional.of(new TaskEvent(Kind.PREFLIGHT_PASSED, now.get().message()))
                : Optional.empty();
    }

    /** That a new task waits is the rule; a check that failed is told as such. */
    private static boolean waits(Condition condition) {
        return Reason.of(condition.reason())
                .filter(reason -> reason.ofPreflight() || reason == Reason.AWAITING_DELETION)
                .isPresent();
    }

    private static Optional<TaskEvent> lastRun(@Nullable CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Condition now = condition(next, Conditions.LAST_RUN_SUCCEEDED).orElseThrow();
        String before = condition(previous, Conditions.LAST_RUN_SUCCEEDED)
                .map(Condition::status)
                .orElse(Conditions.UNKNOWN);
        if (now.status().equals(before)) {
            return Optional.empty();
        }
        return switch (now.status()) {
            case Conditions.FALSE -> Optional.of(new TaskEvent(Kind.RUN_FAILED, now.message()));
            case Conditions.UNKNOWN -> Optional.of(new TaskEvent(Kind.RUN_UNKNOWN, now.message()));
            // The first success of a task is no recovery.
            default ->
                before.equals(Conditions.FALSE)
                        ? Optional.of(new TaskEvent(Kind.RUN_RECOVERED, now.message()))
                        : Optional.empty();
        };
    }

    private static Optional<Condition> condition(@Nullable CrmScheduledTaskStatus status, String type) {
        return status == null ? Optional.empty() : Conditions.find(status.conditions(), type);
    }
}
