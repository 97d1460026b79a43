package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the name of a Job tells when nothing else is left of it. */
class RunIdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant SLOT = Instant.parse("2026-11-26T11:40:00Z");
    private static final String NAME = "cleanup-" + SLOT.getEpochSecond() / 60;

    @Test
    void theNameOfAScheduledJobHoldsItsSlot() {
        assertEquals(Optional.of(SLOT), named(NAME, null).scheduledTime());
        assertEquals(Trigger.SCHEDULED, named(NAME, null).trigger());
    }

    @Test
    void theSecondsOfASlotAreThoseOfTheLastOne() {
        assertEquals(
                Optional.of(SLOT.plusSeconds(37)),
                named(NAME, SLOT.plusSeconds(37)).scheduledTime());
        assertEquals(Optional.of(SLOT), named(NAME, SLOT.plusSeconds(457)).scheduledTime());
    }

    @Test
    void anyOtherNameIsOfARunByHand() {
        for (String name : new String[] {"now", "cleanup-20261126", "cleanup-3f9a27c41b", "report-29400000"}) {
            assertEquals(Trigger.MANUAL, named(name, SLOT).trigger(), name);
            assertEquals(Optional.empty(), named(name, SLOT).scheduledTime(), name);
        }
    }

    private static RunIdentity named(String job, Instant lastSlot) {
        return RunIdentity.named(job, "cleanup", Optional.ofNullable(lastSlot), NOW);
    }
}
