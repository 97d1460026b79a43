package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.run.StopSwitch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limits of a shutdown: each one fits into the next, and all of them into the five seconds after a SIGTERM. */
class TerminationHookTest {
    @Test
    void hookWaitsLongerThanARunNeedsToStop() {
        Duration slowest = StopSwitch.PATIENCE.plus(RedisPublisher.LIMIT);
        assertTrue(slowest.compareTo(TerminationHook.PATIENCE) < 0, slowest + " and the report");
    }

    @Test
    void hookKeepsASecondToWriteTheReportItself() {
        assertTrue(TerminationHook.PATIENCE.plusSeconds(1).compareTo(Duration.ofSeconds(5)) <= 0);
    }
}
