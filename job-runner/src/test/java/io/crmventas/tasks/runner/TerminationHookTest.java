package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.run.StopSwitch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The five seconds after a SIGTERM: what may be waited for, one limit within the next. */
class TerminationHookTest {
    @Test
    void waitsLongEnoughForARunThatLetsGoInTime() {
        Duration slowest = StopSwitch.PATIENCE.plus(RedisPublisher.LIMIT);
        assertTrue(slowest.compareTo(TerminationHook.PATIENCE) < 0, slowest + " and the report");
    }

    @Test
    void leavesASecondToWriteTheReportInPlaceOfARunThatDoesNot() {
        assertTrue(TerminationHook.PATIENCE.plusSeconds(1).compareTo(Duration.ofSeconds(5)) <= 0);
    }
}
