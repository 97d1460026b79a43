package io.crmventas.tasks.operator.preflight;

import java.time.Duration;
import java.time.Instant;

/**
 * Limits how fast the operator starts preflights. A new image makes one due for every task at the same time. A thousand
 * pods, each with a database session, would delay the real runs.
 */
public final class PreflightRate {
    static final Duration EACH = Duration.ofMillis(200);
    static final int BURST = 20;

    /** This part of the rate is reserved for tasks whose runs wait for the preflight, for example new tasks. */
    static final int RESERVED = 10;

    private static final int SPREAD_MILLIS = 5_000;

    private Instant unusedFrom = Instant.MIN;

    /** @param waits whether the task's scheduled runs wait for this preflight */
    public synchronized boolean take(boolean waits, Instant now) {
        Instant next = (unusedFrom.isAfter(now) ? unusedFrom : now).plus(EACH);
        if (next.isAfter(now.plus(EACH.multipliedBy(waits ? BURST : BURST - RESERVED)))) {
            return false;
        }
        unusedFrom = next;
        return true;
    }

    /** Returns when to ask again. The time differs for each task, so that not all of them ask at the same time. */
    public static Instant retry(String taskUid, boolean waits, Instant now) {
        Duration spread = Duration.ofMillis(Math.floorMod(taskUid.hashCode(), SPREAD_MILLIS));
        return now.plus(waits ? spread.plusSeconds(5) : spread.multipliedBy(6).plusSeconds(30));
    }
}
