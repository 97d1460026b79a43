package io.crmventas.tasks.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How late a run may start with {@code missedRuns: Skip}: three quarters of the shortest gap between two scheduled times,
 * five minutes at most. Shorter than the gap, so that what was missed is really left out; long enough for Kubernetes,
 * which has been seen to start Jobs 69 s late when 600 are due at once.
 */
public final class StartDeadline {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int GAPS = 100;
    /** The same days whenever it is asked, so that the deadline does not wander. */
    private static final Instant FROM = Instant.parse("2024-01-01T00:00:00Z");

    private StartDeadline() {}

    public static Duration of(Schedule schedule) {
        Duration shortest = LONGEST.multipliedBy(2);
        Optional<Instant> time = schedule.next(FROM);
        for (int i = 0; i < GAPS && time.isPresent(); i++) {
            Optional<Instant> following = schedule.next(time.get());
            if (following.isPresent()) {
                Duration gap = Duration.between(time.get(), following.get());
                shortest = gap.compareTo(shortest) < 0 ? gap : shortest;
            }
            time = following;
        }
        Duration deadline = Duration.ofSeconds(shortest.toSeconds() * 3 / 4);
        return deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
    }
}
