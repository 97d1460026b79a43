package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.operator.schedule.cron.CronExpression;
import io.crmventas.tasks.operator.schedule.cron.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** When runs start, as Kubernetes understands a CronJob's {@code schedule} and {@code timeZone}. */
public sealed interface Schedule {

    /** The first scheduled time after {@code after}, on a whole second; empty when none comes within five years. */
    Optional<Instant> next(Instant after);

    /** By a zone's wall clock. */
    record Cron(CronExpression expression, ZoneId zone) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return expression.next(after, zone);
        }
    }

    /** Every {@code interval} (whole seconds) after the time before, without a wall clock. */
    record Every(Duration interval) implements Schedule {
        private static final Duration LEAST = Duration.ofSeconds(1);

        /** Kubernetes raises what is below a second to one second and drops fractions. */
        public Every {
            interval = interval.compareTo(LEAST) < 0 ? LEAST : Duration.ofSeconds(interval.toSeconds());
        }

        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(after.plus(interval).truncatedTo(ChronoUnit.SECONDS));
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

    /** @throws IllegalArgumentException with what to write instead, when Kubernetes would refuse the text as a schedule */
    static Schedule parse(String text, ZoneId zone) {
        String every = "@every ";
        return text.startsWith(every)
                ? new Every(GoDuration.parse(text.substring(every.length())))
                : new Cron(CronExpression.parse(text), zone);
    }
}
