package io.crmventas.tasks.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a state that other threads or processes cause. */
public final class Eventually {
    private static final long PATIENCE_SECONDS = 20;

    private Eventually() {}

    /** Waits until the supplier gives what is expected, and fails with what it gave last. */
    public static <T> void eventually(T expected, Supplier<T> actual) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!expected.equals(actual.get()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        assertEquals(expected, actual.get());
    }

    /**
     * Waits until the state is reached, and fails with the text when that takes longer than {@code patience}.
     *
     * @return how long it took
     */
    public static Duration within(Duration patience, BooleanSupplier wanted, Supplier<String> otherwise) {
        long start = System.nanoTime();
        while (!wanted.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < patience.toNanos(), otherwise);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
