package io.crmventas.tasks.operator.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often the operator restores a CronJob to one and the same state. Another controller or a second release would answer
 * each repair at once, as fast as the API server can. A change by the owner of the task is another state and never waits.
 */
final class RepairBudgets {
    /** RepairBudgets at once after a quiet time, as of a person's edits. */
    static final int BURST = 5;

    static final Duration EACH = Duration.ofMinutes(1);
    private static final int MOST_KEPT = 2_000;

    private final Map<String, Spent> byTask = new LinkedHashMap<>();

    /** @param until from then on the whole budget is available again */
    private record Spent(String state, Instant until) {}

    /** The budget of one task now. */
    record Budget(RepairBudgets repairs, String taskUid, Instant now) {
        /** @param state a hash of what is desired */
        boolean allows(String state) {
            return !repairs.next(taskUid, state, now).isAfter(now.plus(EACH.multipliedBy(BURST)));
        }

        /** Call it after a repair: a failed call costs nothing. */
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
