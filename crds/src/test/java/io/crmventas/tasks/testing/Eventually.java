package io.crmventas.tasks.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what others bring about. */
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
}
