package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.runner.run.RunOptions.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    /** Returns the largest value of every range. */
    private static final RandomGenerator LARGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private static final RandomGenerator SMALLEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }
    };

    @Test
    void boundDoublesUpToTheMaximum() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofSeconds(5), Duration.ofSeconds(60));

        assertEquals(Duration.ofSeconds(5), policy.delay(1, LARGEST));
        assertEquals(Duration.ofSeconds(10), policy.delay(2, LARGEST));
        assertEquals(Duration.ofSeconds(40), policy.delay(4, LARGEST));
        assertEquals(Duration.ofSeconds(60), policy.delay(5, LARGEST));
        assertEquals(Duration.ofSeconds(60), policy.delay(100, LARGEST));
    }

    @Test
    void jitterStartsAtZero() {
        assertEquals(
                Duration.ZERO, new RetryPolicy(9, Duration.ofSeconds(5), Duration.ofSeconds(60)).delay(3, SMALLEST));
    }

    @Test
    void firstDelayIsAtMostTheMaximum() {
        assertEquals(
                Duration.ofSeconds(2),
                new RetryPolicy(1, Duration.ofSeconds(5), Duration.ofSeconds(2)).delay(1, LARGEST));
    }
}
