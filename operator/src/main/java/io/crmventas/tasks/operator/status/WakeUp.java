package io.crmventas.tasks.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** When a task is looked at again though nothing has happened to it. */
public final class WakeUp {
    /** A moment that has come and is not dealt with, for a cache that lags, is not asked about all the time. */
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** Timers may be early by a little; the moment must have come. */
    private static final Duration MARGIN = Duration.ofMillis(50);

    private WakeUp() {}

    /** Until the earliest of the moments that somebody waits for; who waits for none gives an empty one. */
    public static Optional<Duration> after(Instant now, Stream<Optional<Instant>> moments) {
        return moments.flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .map(moment -> Duration.between(now, moment).plus(MARGIN))
                .map(delay -> delay.compareTo(LEAST) < 0 ? LEAST : delay);
    }
}
