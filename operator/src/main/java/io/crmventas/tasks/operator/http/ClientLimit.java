package io.crmventas.tasks.operator.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Bounds what one client address does at once, so that a slow or hostile client leaves the rest to the others. */
final class ClientLimit {
    private final int most;
    private final Map<InetAddress, Integer> active = new HashMap<>();

    ClientLimit(int most) {
        this.most = most;
    }

    /** Waits for the client's turn. @return false: its other requests did not end within that time */
    synchronized boolean enter(InetAddress client, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (active.getOrDefault(client, 0) >= most) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    return false;
                }
                wait(millis);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
        active.merge(client, 1, Integer::sum);
        return true;
    }

    synchronized void leave(InetAddress client) {
        active.computeIfPresent(client, (_, number) -> number == 1 ? null : number - 1);
        notifyAll();
    }
}
