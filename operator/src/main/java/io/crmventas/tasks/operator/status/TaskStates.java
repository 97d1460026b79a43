package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.TaskState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one word of column STATE, and that of column REASON. What keeps scheduled runs from starting is shown first: a
 * person who reads Scheduled or Running can rely on the next run. Where the reason would only repeat the state, as in
 * Disabled, Paused or Stale, it is why the last run failed, if it did.
 */
final class TaskStates {
    private TaskStates() {}

    record Shown(TaskState state, String reason) {}

    static Shown shown(@Nullable List<Condition> conditions) {
        Optional<String> failure = find(conditions, Conditions.LAST_RUN_SUCCEEDED, Conditions.FALSE)
                .map(Condition::reason);
        Shown shown = stopped(conditions)
                .or(() -> notReady(conditions))
                .or(() -> active(conditions))
                .or(() -> stale(conditions))
                .or(() -> failure.map(reason -> new Shown(TaskState.FAILING, reason)))
                .orElseGet(() -> new Shown(TaskState.SCHEDULED, Reason.SCHEDULED.text()));
        return shown.reason().equals(shown.state().text())
                ? new Shown(shown.state(), failure.orElse(shown.reason()))
                : shown;
    }

    /** By a person, by the breaker, or by the preflight. */
    private static Optional<Shown> stopped(@Nullable List<Condition> conditions) {
        Optional<Condition> suspended = find(conditions, Conditions.SUSPENDED, Conditions.TRUE)
                .filter(condition -> Reason.of(condition.reason()).isPresent());
        return suspended.flatMap(condition -> switch (Reason.of(condition.reason())
                .orElseThrow()) {
            case DISABLED, GLOBALLY_DISABLED -> Optional.of(new Shown(TaskState.DISABLED, condition.reason()));
            case PAUSED, GLOBALLY_PAUSED, BREAKER_OPEN -> Optional.of(new Shown(TaskState.PAUSED, condition.reason()));
            case PREFLIGHT_PENDING, PREFLIGHT_FAILED ->
                Optional.of(new Shown(
                        TaskState.WAITING,
                        Condition.find(conditions, Conditions.PREFLIGHT)
                                .map(Condition::reason)
                                .orElse(condition.reason())));
            default -> Optional.empty();
        });
    }

    private static Optional<Shown> notReady(@Nullable List<Condition> conditions) {
        return find(conditions, Conditions.READY, Conditions.FALSE)
                .map(ready -> new Shown(
                        Reason.AWAITING_DELETION.text().equals(ready.reason()) ? TaskState.WAITING : TaskState.STALLED,
                        ready.reason()));
    }

    private static Optional<Shown> active(@Nullable List<Condition> conditions) {
        return find(conditions, Conditions.RUNNING, Conditions.TRUE)
                .map(running -> new Shown(
                        Reason.ACTIVE.text().equals(running.reason()) ? TaskState.RUNNING : TaskState.STALLED,
                        running.reason()));
    }

    /** Whether or not its runs fail. */
    private static Optional<Shown> stale(@Nullable List<Condition> conditions) {
        return find(conditions, Conditions.FRESH, Conditions.FALSE)
                .map(stale -> new Shown(TaskState.STALE, stale.reason()));
    }

    private static Optional<Condition> find(@Nullable List<Condition> conditions, String type, String status) {
        return Condition.find(conditions, type)
                .filter(condition -> condition.status().equals(status));
    }
}
