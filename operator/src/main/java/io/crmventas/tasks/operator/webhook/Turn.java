package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.operator.status.StatusChange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A condition, or what is told like one, that has just taken another value. */
record Turn(Instant since, String from, String to, String reason, String message) {
    private static final String UNKNOWN = "Unknown";

    /** A condition that was not there was Unknown. */
    static Optional<Turn> of(StatusChange change, String type) {
        String before = change.previous() == null
                ? UNKNOWN
                : find(change.previous().conditions(), type)
                        .map(Condition::status)
                        .orElse(UNKNOWN);
        return find(change.next().conditions(), type)
                .filter(now -> !now.status().equals(before))
                .map(now -> new Turn(
                        Instant.parse(now.lastTransitionTime()), before, now.status(), now.reason(), now.message()));
    }

    /** As it is now, whether or not it has just become so. */
    static Optional<Turn> now(StatusChange change, String type) {
        return find(change.next().conditions(), type)
                .map(now -> new Turn(
                        Instant.parse(now.lastTransitionTime()),
                        now.status(),
                        now.status(),
                        now.reason(),
                        now.message()));
    }

    private static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst();
    }
}
