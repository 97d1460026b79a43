package io.crmventas.tasks.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** When the operator reconciles a task again without an event. */
public final class WakeUp {
    /** A moment that has come and is not dealt with, for a cache that lags, is not asked about all the time. */
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** Timers may be early by a little; the moment must have come. */
    private static final Duration MARGIN = Duration.ofMillis(50);

    /**
     * A watch can lose an event, so every task comes back after this time at the latest. Liveness relies on it: a leader
     * that reconciles nothing for longer counts as stuck and is restarted. JOSDK's own maximum interval does not help: it
     * holds only for a reconcile that asks for no delay.
     */
    public static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private WakeUp() {}

    /** The time until the earliest of the moments, {@link #LONGEST_SILENCE} at most. */
    public static Duration after(Instant now, Stream<Optional<Instant>> moments) {
        Instant latest = now.plus(LONGEST_SILENCE);
        Instant next = moments.flatMap(Optional::stream)
                .filter(latest::isAfter)
                .min(Comparator.naturalOrder())
                .orElse(latest);
        Duration delay = Duration.between(now, next).plus(MARGIN);
        return delay.compareTo(LEAST) < 0 ? LEAST : delay;
    }
}
