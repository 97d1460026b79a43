package io.crmventas.tasks.runner.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: any wait from nothing up to a bound that doubles.
 *
 * @param limit tries after the first
 * @param initialDelay the first bound
 * @param maxDelay no bound is longer
 */
public record RetryPolicy(int limit, Duration initialDelay, Duration maxDelay) {
    /** @param retry 1 for the wait after the first try */
    Duration delay(int retry, RandomGenerator random) {
        long bound = initialDelay.toMillis();
        for (int i = 1; i < retry && bound < maxDelay.toMillis(); i++) {
            bound *= 2;
        }
        return Duration.ofMillis(random.nextLong(Math.min(bound, maxDelay.toMillis()) + 1));
    }
}
