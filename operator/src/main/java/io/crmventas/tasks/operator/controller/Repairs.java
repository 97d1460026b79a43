package io.crmventas.tasks.operator.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often a CronJob is brought back to one and the same state. Somebody else who wants it otherwise, another
 * controller or a second release, would answer each repair at once, as fast as the API server can. What the owner of
 * the task changes is another state, and never waits.
 */
final class Repairs {
    /** Together, after a quiet time: a person's edits are repaired at once. */
    static final int BURST = 5;

    static final Duration EACH = Duration.ofMinutes(1);
    private static final int MOST_KEPT = 2_000;

    private final Map<String, Spent> byTask = new LinkedHashMap<>();

    /** @param until when nothing of it is left to wait for */
    private record Spent(String state, Instant until) {}

    /** What one task may do now. */
    record Budget(Repairs repairs, String taskUid, Instant now) {
        /** @param state a hash of what is desired */
        boolean allows(String state) {
            return !repairs.next(taskUid, state, now).isAfter(now.plus(EACH.multipliedBy(BURST)));
        }

        /** After it was done: what failed and is tried again is no fight. */
        void spend(String state) {
            repairs.keep(taskUid, new Spent(state, repairs.next(taskUid, state, now)));
        }
    }

    Budget of(String taskUid, Instant now) {
        return new Budget(this, taskUid, now);
    }

    private synchronized Instant next(String taskUid, String state, Instant now) {
        Spent spent = byTask.get(taskUid);
        Instant until = spent == null || !spent.state().equals(state) ? now : spent.until();
        return (until.isAfter(now) ? until : now).plus(EACH);
    }

    private synchronized void keep(String taskUid, Spent spent) {
        byTask.remove(taskUid);
        byTask.put(taskUid, spent);
        if (byTask.size() > MOST_KEPT) {
            byTask.remove(byTask.keySet().iterator().next());
        }
    }
}
