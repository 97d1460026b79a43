package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param shard whose tenants
 * @param dryRun do everything and roll it back
 * @param asOf the run's now; null asks the database's clock
 * @param timeout of the pod: no run of this task works longer
 * @param lockWait how long to wait for another run of the task
 */
public record RunRequest(
        CrmTask task,
        Shard shard,
        boolean dryRun,
        @Nullable Instant asOf,
        Duration timeout,
        Duration lockWait,
        RetryPolicy retry) {
    /**
     * Exponential back-off with full jitter: any wait from nothing up to a bound that doubles.
     *
     * @param limit retries after the first attempt
     * @param initialDelay the first bound
     * @param maxDelay no bound is longer
     */
    public record RetryPolicy(int limit, Duration initialDelay, Duration maxDelay) {
        /** @param retry 1 for the wait after the first attempt */
        Duration delay(int retry, RandomGenerator random) {
            long bound = initialDelay.toMillis();
            for (int i = 1; i < retry && bound < maxDelay.toMillis(); i++) {
                bound *= 2;
            }
            return Duration.ofMillis(random.nextLong(Math.min(bound, maxDelay.toMillis()) + 1));
        }
    }
}
