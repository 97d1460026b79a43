package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.BreakerBuilder;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.resources.JobFactory;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pauses a task that failed too often. The operator then starts trial runs, and resumes the task when a run succeeds.
 * The only memory is {@code status.breaker}, so the same status always gives the same decision.
 */
public final class CircuitBreaker {
    /** Any new value of this annotation makes a task that paused itself resume at once. */
    public static final String RESUME = "crmventas.io/resume-requested";

    /** The time between two trial runs has this limit, unless the schedule itself has longer gaps. */
    private static final Duration LONGEST_GAP = Duration.ofHours(6);

    private static final int MOST_DOUBLINGS = 20;

    private CircuitBreaker() {}

    /** Returns the breaker while it is open. */
    static Optional<Breaker> decide(
            CrmScheduledTask task, RunStatistics statistics, CrmScheduledTaskStatus previous, Instant now) {
        Breaker open = previous.breaker();
        int limit = task.getSpec().pauseAfterFailures();
        if (limit == 0) {
            return Optional.empty();
        }
        if (open != null) {
            boolean closes = succeeded(statistics) || edited(task, previous) || resumed(task, open);
            return closes ? Optional.empty() : Optional.of(open);
        }
        return statistics.consecutiveFailures() >= limit ? Optional.of(opened(task, now)) : Optional.empty();
    }

    static Pause pause(Breaker open, RunStatistics statistics) {
        return new Pause(null, Suspension.failed(statistics.consecutiveFailures()), open.openedTime(), null, "Breaker");
    }

    /** Returns when the next trial run is due; empty while a person pauses the task. */
    public static Optional<Instant> trialDue(SuspensionDecision decision) {
        return decision.suspension().reason() == Reason.BREAKER_OPEN
                ? decision.breaker().map(Breaker::nextTrialTime)
                : Optional.empty();
    }

    /** Gives the same trial run the same name, so that an operator that was killed finds the Job again. */
    public static String trialJobName(CrmScheduledTask task, Breaker open) {
        return JobFactory.name(task, "trial/" + open.openedTime() + "/" + open.trialRuns());
    }

    private static BreakerBuilder withNextTrial(CrmScheduledTask task, Breaker open, int trials, Instant now) {
        return BreakerBuilder.builder(open).nextTrialTime(nextTrial(task, now, trials));
    }

    public static Breaker trialStarted(CrmScheduledTask task, Breaker open, Instant now) {
        int trials = open.trialRuns() + 1;
        return withNextTrial(task, open, trials, now)
                .trialRuns(trials)
                .refusal(null)
                .build();
    }

    /**
     * Returns the breaker after Kubernetes refused a trial run. The run does not count, but the next gap still grows.
     *
     * @param answer the API server's answer
     */
    public static Breaker trialRefused(CrmScheduledTask task, Breaker open, String answer, Instant now) {
        return withNextTrial(task, open, open.trialRuns() + 1, now)
                .refusal(answer)
                .build();
    }

    private static Breaker opened(CrmScheduledTask task, Instant now) {
        return new Breaker(now.truncatedTo(ChronoUnit.SECONDS), 0, nextTrial(task, now, 0), resumeToken(task), null);
    }

    /** Any successful run that was not a dry run closes the breaker. */
    private static boolean succeeded(RunStatistics statistics) {
        return statistics.changed().stream()
                .anyMatch(run -> RunResult.of(run.result()).success());
    }

    private static boolean edited(CrmScheduledTask task, CrmScheduledTaskStatus previous) {
        return !Objects.equals(task.getMetadata().getGeneration(), previous.observedGeneration());
    }

    /** Ignores a token that was set before the breaker opened. */
    private static boolean resumed(CrmScheduledTask task, Breaker open) {
        String token = resumeToken(task);
        return token != null && !token.equals(open.resumeRequest());
    }

    private static @Nullable String resumeToken(CrmScheduledTask task) {
        return Optional.ofNullable(task.getMetadata().getAnnotations().get(RESUME))
                .filter(token -> !token.isBlank())
                .orElse(null);
    }

    /** The first trial run comes after one gap of the schedule. Each further gap is twice as long. */
    private static @Nullable Instant nextTrial(CrmScheduledTask task, Instant now, int trials) {
        Instant after = now.truncatedTo(ChronoUnit.SECONDS);
        return ScheduleCompiler.schedule(task)
                .flatMap(schedule -> gap(schedule, after))
                .map(gap -> after.plus(grown(gap, trials)))
                .orElse(null);
    }

    private static Duration grown(Duration gap, int trials) {
        Duration longest = gap.compareTo(LONGEST_GAP) > 0 ? gap : LONGEST_GAP;
        Duration grown = gap.multipliedBy(1L << Math.clamp(trials, 0, MOST_DOUBLINGS));
        return grown.compareTo(longest) > 0 ? longest : grown;
    }

    private static Optional<Duration> gap(Schedule schedule, Instant after) {
        return schedule.next(after)
                .flatMap(first -> schedule.next(first).map(second -> Duration.between(first, second)));
    }
}
