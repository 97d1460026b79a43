package io.crmventas.tasks.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts each scheduled time once: it was started, missed, or skipped because a run was active. */
public final class ScheduledTimeLedger {
    /** The cache can lack a Job that Kubernetes created just before. */
    static final Duration MARGIN = Duration.ofSeconds(20);
    /** This number covers two months of a schedule for every minute. The next call counts the times after them. */
    static final int MOST_AT_ONCE = 100_000;

    private ScheduledTimeLedger() {}

    /**
     * @param until the last scheduled time that is counted
     * @param again the time when the next call can count more, if no event comes earlier
     */
    public record Account(long missed, long skipped, Instant until, Optional<Instant> again) {}

    /**
     * Holds what the operator knows of the scheduled times.
     *
     * @param passed the newest started or skipped time; Kubernetes no longer starts an earlier one
     */
    public record Known(Function<Instant, Fate> fates, Optional<Instant> passed) {
        private boolean isPast(Instant time) {
            return passed.isPresent() && !time.isAfter(passed.get());
        }
    }

    public enum Fate {
        STARTED,
        /** Kubernetes started no run, because a run was active. */
        OVERLAPPED,
        NOT_STARTED,
        /** Kubernetes can have started a run whose Job is deleted now, so the time does not count as missed. */
        UNKNOWABLE
    }

    /**
     * Counts the scheduled times that Kubernetes can no longer start.
     *
     * @param continues false: the schedule changes or is suspended now, so a time that Kubernetes could still have
     *     started does not count
     */
    public static Account count(
            Schedule schedule,
            Instant since,
            Known known,
            Optional<Duration> deadline,
            boolean continues,
            Instant now) {
        long missed = 0;
        long skipped = 0;
        Instant until = since;
        int looked = 0;
        Instant time = schedule.next(since).orElse(null);
        // A scheduled time with a started run is past, even if the operator's clock is a moment behind.
        while (time != null && (known.isPast(time) || !time.isAfter(now))) {
            if (looked++ == MOST_AT_ONCE) {
                return new Account(missed, skipped, until, Optional.of(now));
            }
            Instant following = schedule.next(time).orElse(null);
            Instant settledAt = settledAt(time, following, deadline);
            boolean settled = known.isPast(time) || (settledAt != null && !settledAt.isAfter(now));
            if (settled) {
                switch (known.fates().apply(time)) {
                    case NOT_STARTED -> missed++;
                    case OVERLAPPED -> skipped++;
                    case STARTED, UNKNOWABLE -> {}
                }
            } else if (continues) {
                return new Account(missed, skipped, until, Optional.ofNullable(settledAt));
            }
            until = time;
            time = following;
        }
        if (!continues) {
            Instant end = now.truncatedTo(ChronoUnit.SECONDS);
            return new Account(missed, skipped, end.isBefore(until) ? until : end, Optional.empty());
        }
        Optional<Instant> again = time == null
                ? Optional.empty()
                : Optional.ofNullable(settledAt(time, schedule.next(time).orElse(null), deadline));
        return new Account(missed, skipped, until, again);
    }

    /** Returns when Kubernetes no longer starts a time: at the next scheduled time, or after its deadline. */
    private static @Nullable Instant settledAt(Instant time, @Nullable Instant following, Optional<Duration> deadline) {
        Instant late = deadline.map(time::plus).orElse(null);
        if (late == null || (following != null && following.isBefore(late))) {
            late = following;
        }
        return late == null ? null : late.plus(MARGIN);
    }
}
