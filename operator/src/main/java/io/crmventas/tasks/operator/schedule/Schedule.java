package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.operator.schedule.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

public interface Schedule {
    /** Returns the first scheduled time after {@code after}, in whole seconds; empty when five years have none. */
    Optional<Instant> next(Instant after);

    /**
     * Returns how late a run may start with {@code missedRuns: Skip}: three quarters of the shortest gap between two
     * times, five minutes at most. A deadline as long as the gap would start missed runs. A short one would skip runs
     * that a busy Kubernetes starts late: by 69 s in one measurement, with 600 Jobs due at once.
     */
    default Duration startDeadline() {
        Duration longest = Duration.ofMinutes(5);
        Duration shortestGap = longest.multipliedBy(2);
        // The search always starts on the same day, so that the deadline stays the same.
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

    /** A schedule that follows the wall clock of a zone. */
    record Cron(CronExpression expression, ZoneId zone) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return expression.next(after, zone);
        }
    }

    /**
     * A schedule with one time in each {@code interval}: {@code offset} seconds after the epoch, plus whole intervals.
     * Kubernetes starts runs at these instants once the CronJob's last schedule time is one of them.
     */
    record Grid(Duration interval, long offset) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(last(after).plus(interval));
        }

        /** Returns the newest scheduled time that is not after {@code at}. */
        public Instant last(Instant at) {
            long seconds = interval.toSeconds();
            return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond() - offset, seconds) * seconds + offset);
        }
    }
}
