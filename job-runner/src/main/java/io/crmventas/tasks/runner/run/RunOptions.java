package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a run what to do.
 *
 * @param asOf the time that the run takes as now; null: the time of the database
 * @param timeout the timeout of the pod; no run of this task takes longer
 */
public record RunOptions(
        CrmTask task,
        Shard shard,
        boolean dryRun,
        @Nullable Instant asOf,
        Duration timeout,
        Duration lockWait,
        RetryPolicy retry) {
    /**
     * Waits between attempts by exponential back-off with full jitter: a random time up to a bound that doubles.
     *
     * @param limit the number of attempts after the first one
     */
    public record RetryPolicy(int limit, Duration initialDelay, Duration maxDelay) {
        /** @param retry 1 for the wait after the first attempt */
        Duration delay(int retry, RandomGenerator random) {
            // A delay of a day, doubled 30 times, fits into a long.
            long bound = initialDelay.toMillis() << Math.min(retry - 1, 30);
            return Duration.ofMillis(random.nextLong(Math.min(bound, maxDelay.toMillis()) + 1));
        }
    }
}
