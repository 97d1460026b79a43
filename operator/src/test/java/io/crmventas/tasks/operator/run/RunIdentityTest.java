package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** After the deletion of a Job, the operator reads the trigger and the scheduled time from its name. */
class RunIdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant SCHEDULED = Instant.parse("2026-11-26T11:40:00Z");
    private static final String NAME = "cleanup-" + SCHEDULED.getEpochSecond() / 60;

    @Test
    void theNameOfAScheduledJobHoldsItsScheduledTime() {
        assertEquals(Optional.of(SCHEDULED), named(NAME, null).scheduledTime());
        assertEquals(Trigger.SCHEDULED, named(NAME, null).trigger());
    }

    @Test
    void theLastScheduledTimeGivesTheSecondsOfAScheduledTime() {
        assertEquals(
                Optional.of(SCHEDULED.plusSeconds(37)),
                named(NAME, SCHEDULED.plusSeconds(37)).scheduledTime());
        assertEquals(
                Optional.of(SCHEDULED), named(NAME, SCHEDULED.plusSeconds(457)).scheduledTime());
    }

    @Test
    void anyOtherNameMeansAManualRun() {
        for (String name : new String[] {"now", "cleanup-20261126", "cleanup-3f9a27c41b", "report-29400000"}) {
            assertEquals(Trigger.MANUAL, named(name, SCHEDULED).trigger(), name);
            assertEquals(Optional.empty(), named(name, SCHEDULED).scheduledTime(), name);
        }
    }

    private static RunIdentity named(String job, Instant lastScheduledTime) {
        return RunIdentity.named(job, false, "cleanup", Optional.ofNullable(lastScheduledTime), NOW);
    }
}
