package io.crmventas.tasks.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts for each slot once: it was started, missed, or skipped because a run was active. */
public final class ScheduledTimeLedger {
    /** A Job that was started just before its slot was too old may not have been heard of yet. */
    static final Duration MARGIN = Duration.ofSeconds(20);
    /** A minute's schedule over two months; what is beyond is accounted for at the next look. */
    static final int MOST_AT_ONCE = 100_000;

    private ScheduledTimeLedger() {}

    /**
     * @param until slots up to here are accounted for
     * @param again when there can be more to account for, if nothing else happens
     */
    public record Account(long missed, long skipped, Instant until, Optional<Instant> again) {}

    /**
     * What is known of the slots.
     *
     * @param passed the newest slot that was started or passed over: Kubernetes never goes back behind it
     */
    public record Known(Fates fates, Optional<Instant> passed) {
        private boolean isPast(Instant slot) {
            return passed.isPresent() && !slot.isAfter(passed.get());
        }
    }

    /** What became of a slot. */
    public enum Fate {
        STARTED,
        /** Not started, for a run was active. */
        OVERLAPPED,
        NOT_STARTED,
        /** It may have been started: its Job would be gone by now. It is given the benefit of the doubt. */
        UNKNOWABLE
    }

    @FunctionalInterface
    public interface Fates {
        Fate of(Instant slot);
    }

    /** The schedule goes on: a slot is accounted for when Kubernetes can no longer start it. */
    public static Account open(
            Schedule schedule, Instant since, Known known, Optional<Duration> deadline, Instant now) {
        return walk(schedule, since, known, deadline, now, false);
    }

    /** The schedule ends now, by a change or a suspension: a slot that could still have been started is let go. */
    public static Account closed(
            Schedule schedule, Instant since, Known known, Optional<Duration> deadline, Instant now) {
        Account account = walk(schedule, since, known, deadline, now, true);
        Instant end = now.truncatedTo(ChronoUnit.SECONDS);
        Instant until = end.isBefore(account.until()) ? account.until() : end;
        return new Account(account.missed(), account.skipped(), until, Optional.empty());
    }

    private static Account walk(
            Schedule schedule, Instant since, Known known, Optional<Duration> deadline, Instant now, boolean closed) {
        long missed = 0;
        long skipped = 0;
        Instant until = since;
        int looked = 0;
        Instant slot = schedule.next(since).orElse(null);
        // What Kubernetes has started has come, even where this clock is a moment behind.
        while (slot != null && (known.isPast(slot) || !slot.isAfter(now))) {
            if (looked++ == MOST_AT_ONCE) {
                return new Account(missed, skipped, until, Optional.of(now));
            }
            Instant following = schedule.next(slot).orElse(null);
            Instant settledAt = settledAt(slot, following, deadline);
            boolean settled = known.isPast(slot) || (settledAt != null && !settledAt.isAfter(now));
            if (settled) {
                switch (known.fates().of(slot)) {
                    case NOT_STARTED -> missed++;
                    case OVERLAPPED -> skipped++;
                    case STARTED, UNKNOWABLE -> {}
                }
            } else if (!closed) {
                return new Account(missed, skipped, until, Optional.ofNullable(settledAt));
            }
            until = slot;
            slot = following;
        }
        Optional<Instant> again = closed || slot == null
                ? Optional.empty()
                : Optional.ofNullable(settledAt(slot, schedule.next(slot).orElse(null), deadline));
        return new Account(missed, skipped, until, again);
    }

    /** When a slot is too old for Kubernetes to start: the next one has come, or its deadline is over. */
    private static @Nullable Instant settledAt(Instant slot, @Nullable Instant following, Optional<Duration> deadline) {
        Instant late = deadline.map(slot::plus).orElse(null);
        if (late == null || (following != null && following.isBefore(late))) {
            late = following;
        }
        return late == null ? null : late.plus(MARGIN);
    }
}
