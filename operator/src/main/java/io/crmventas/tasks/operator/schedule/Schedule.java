package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.operator.schedule.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** When runs start. */
public interface Schedule {
    /** The first scheduled time after {@code after}, on a whole second; empty when none comes within five years. */
    Optional<Instant> next(Instant after);

    /**
     * How late a run may start with {@code missedRuns: Skip}: three quarters of the shortest gap between two scheduled times,
     * five minutes at most. Shorter than the gap, so that what was missed is really left out; long enough for Kubernetes,
     * which has been seen to start Jobs 69 s late when 600 are due at once.
     */
    default Duration startDeadline() {
        Duration longest = Duration.ofMinutes(5);
        Duration shortestGap = longest.multipliedBy(2);
        // The same days whenever it is asked, so that the deadline does not wander.
        Optional<Instant> time = next(Instant.parse("2024-01-01T00:00:00Z"));
        for (int gaps = 0; gaps < 100 && time.isPresent(); gaps++) {
            Optional<Instant> following = next(time.get());
            if (following.isPresent()) {
                Duration gap = Duration.between(time.get(), following.get());
                shortestGap = gap.compareTo(shortestGap) < 0 ? gap : shortestGap;
            }
            time = following;
        }
        Duration deadline = Duration.ofSeconds(shortestGap.toSeconds() * 3 / 4);
        return deadline.compareTo(longest) < 0 ? deadline : longest;
    }

    /** By a zone's wall clock. */
    record Cron(CronExpression expression, ZoneId zone) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return expression.next(after, zone);
        }
    }

    /**
     * Every {@code interval}, at fixed instants: {@code offset} seconds after the epoch, and
     * whole intervals later. Kubernetes keeps to them while it counts from one of them.
     */
    record Grid(Duration interval, long offset) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(last(after).plus(interval));
        }

        /** The newest scheduled time that is not after {@code at}. */
        public Instant last(Instant at) {
            long seconds = interval.toSeconds();
            return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond() - offset, seconds) * seconds + offset);
        }
    }
}
