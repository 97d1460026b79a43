package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.status.Tally;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task that failed too often stops, tries by itself now and then, and goes on when a run succeeds. All of its memory
 * is {@code status.breaker}; whoever decides again from the same status decides the same.
 */
public final class Breakers {
    /** Any new text in it makes a task that paused itself go on at once. */
    public static final String RESUME = "crmventas.io/resume-requested";

    private Breakers() {}

    static BreakerDecision decide(
            CrmScheduledTask task, Tally tally, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        Breaker open = previous == null ? null : previous.breaker();
        int limit = Optional.ofNullable(task.getSpec().pauseAfterFailures()).orElse(0);
        boolean wanted = limit > 0;
        if (open != null) {
            boolean closes = !wanted || succeeded(tally) || edited(task, previous) || asked(task, open);
            return new BreakerDecision(closes ? Optional.empty() : Optional.of(open), closes);
        }
        return wanted && tally.consecutiveFailures() >= limit
                ? new BreakerDecision(Optional.of(opened(task, now)), false)
                : new BreakerDecision(Optional.empty(), false);
    }

    /** As {@code status.pause} tells of it. */
    static Pause pause(Breaker open, Tally tally) {
        return new Pause(null, Suspension.failed(tally.consecutiveFailures()), open.openedTime(), null, "Breaker");
    }

    private static Breaker opened(CrmScheduledTask task, Instant now) {
        String since = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new Breaker(
                since,
                0,
                ProbeTimes.next(task, Instant.parse(since), 0)
                        .map(Instant::toString)
                        .orElse(null),
                request(task));
    }

    /** A probe's, a scheduled one's that still went on, or one's that somebody started: it works, whoever tried. */
    private static boolean succeeded(Tally tally) {
        return tally.told().stream()
                .anyMatch(run -> RunResult.of(run.result()).success() && !Boolean.TRUE.equals(run.dryRun()));
    }

    private static boolean edited(CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous) {
        return previous != null && !Objects.equals(task.getMetadata().getGeneration(), previous.observedGeneration());
    }

    /** What stood there when it opened was asked for something else. */
    private static boolean asked(CrmScheduledTask task, Breaker open) {
        String token = request(task);
        return token != null && !token.equals(open.resumeRequest());
    }

    private static @Nullable String request(CrmScheduledTask task) {
        return Optional.ofNullable(task.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(RESUME))
                .filter(token -> !token.isBlank())
                .orElse(null);
    }
}
