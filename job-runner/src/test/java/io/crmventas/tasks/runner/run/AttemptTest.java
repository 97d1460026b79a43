package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptTest {
    @Test
    void waitsForAnotherRunAsLongAsItMay() {
        assertEquals(Duration.ZERO, Attempt.lockPatience(Duration.ZERO, Duration.ofSeconds(20)));
        assertEquals(Duration.ofSeconds(15), Attempt.lockPatience(Duration.ofSeconds(15), Duration.ofSeconds(20)));
    }

    @Test
    void leavesASecondOfItsOwnTimeToSayThatItWasSkipped() {
        assertEquals(Duration.ofSeconds(19), Attempt.lockPatience(Duration.ofHours(1), Duration.ofSeconds(20)));
        assertEquals(Duration.ofSeconds(19), Attempt.lockPatience(Duration.ofMillis(19_500), Duration.ofSeconds(20)));
    }
}
