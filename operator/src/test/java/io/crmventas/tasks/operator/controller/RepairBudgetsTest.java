package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.controller.CronJobWriter.RepairBudgets;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepairBudgetsTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final RepairBudgets repairs = new RepairBudgets();

    @Test
    void allowsOneRepairAMinuteAfterTheBurst() {
        // Another client reverts each repair for ten minutes, and the operator asks for one repair a second.
        long allowed = IntStream.range(0, 600)
                .filter(second -> repair("a", "state", NOON.plusSeconds(second)))
                .count();
        assertEquals(RepairBudgets.BURST + 9, allowed);
    }

    @Test
    void allowsANewBurstAfterAQuietTime() {
        spend(NOON);
        assertFalse(repair("a", "state", NOON));
        Instant later = NOON.plus(RepairBudgets.EACH.multipliedBy(RepairBudgets.BURST));
        spend(later);
        assertFalse(repair("a", "state", later));
    }

    @Test
    void allowsTheFirstRepairToANewStateAtOnce() {
        spend(NOON);
        assertFalse(repair("a", "state", NOON));
        assertTrue(repair("a", "another state", NOON));
        assertTrue(repair("a", "state", NOON));
    }

    @Test
    void allowsEveryRetryOfAFailedRepair() {
        assertTrue(IntStream.range(0, 100).allMatch(_ -> repairs.allows("a", "state", NOON)));
    }

    @Test
    void countsTheRepairsOfEachTaskSeparately() {
        spend(NOON);
        assertTrue(repair("b", "state", NOON));
    }

    private boolean repair(String task, String state, Instant now) {
        boolean allowed = repairs.allows(task, state, now);
        if (allowed) {
            repairs.spend(task, state, now);
        }
        return allowed;
    }

    private void spend(Instant now) {
        for (int repair = 1; repair <= RepairBudgets.BURST; repair++) {
            assertTrue(repair("a", "state", now), "repair " + repair);
        }
    }
}
