package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.OperatorView.Loop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
    private static final Loop IDLE = new Loop(0, 0, Optional.empty(), Optional.empty());

    private final SteppingClock clock = new SteppingClock(START);
    private boolean apiAnswers = true;
    private final Liveness liveness = new Liveness(clock, () -> apiAnswers);

    @Test
    void failsWhenAWatchStaysDisconnectedWhileTheApiServerAnswers() {
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Liveness.WATCH_AWAY.plusSeconds(1));
        String why = liveness.standstill(disconnected()).orElseThrow();
        assertTrue(why.contains("has not come back since " + START), why);
    }

    @Test
    void staysLiveDuringAnApiServerOutage() {
        apiAnswers = false;
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Duration.ofHours(3));
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
    }

    @Test
    void givesWatchesTimeToReconnectAfterAnOutage() {
        apiAnswers = false;
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Duration.ofMinutes(10));
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        apiAnswers = true;
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Liveness.WATCH_AWAY);
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Duration.ofSeconds(1));
        assertTrue(liveness.standstill(disconnected()).isPresent());
    }

    @Test
    void restartsTheTimeWhenTheWatchReconnects() {
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
        clock.advance(Liveness.WATCH_AWAY);
        assertEquals(Optional.empty(), liveness.standstill(view(true, true, true, IDLE)));
        clock.advance(Duration.ofSeconds(10));
        assertEquals(Optional.empty(), liveness.standstill(disconnected()));
    }

    @Test
    void failsWhenAReconcileDoesNotEnd() {
        Loop loop = new Loop(5, 0, Optional.of(START), Optional.of(START.plusSeconds(599)));
        clock.advance(Liveness.STUCK);
        assertEquals(Optional.empty(), liveness.standstill(view(true, true, true, loop)));
        clock.advance(Duration.ofSeconds(1));
        assertTrue(liveness.standstill(view(true, true, true, loop)).isPresent());
    }

    @Test
    void failsWhenTheLeaderEndsNoReconcile() {
        Loop loop = new Loop(5, 0, Optional.empty(), Optional.of(START));
        clock.advance(Liveness.SILENT.plusSeconds(1));
        assertTrue(liveness.standstill(view(true, true, true, loop)).isPresent());
        assertEquals(Optional.empty(), liveness.standstill(view(false, true, true, loop)), "another replica leads");
    }

    @Test
    void staysLiveWhileTheCachesAreFilled() {
        OperatorView starting = view(false, false, false, IDLE);
        assertEquals(Optional.empty(), liveness.standstill(starting));
        clock.advance(Duration.ofHours(1));
        assertEquals(Optional.empty(), liveness.standstill(starting));
    }

    private static OperatorView disconnected() {
        return view(true, true, false, IDLE);
    }

    private static OperatorView view(boolean leading, boolean ready, boolean watching, Loop loop) {
        List<CrmScheduledTask> tasks = List.of(TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}"));
        return new OperatorView(() -> tasks, leading, ready, watching, Map.of(), true, loop);
    }
}
