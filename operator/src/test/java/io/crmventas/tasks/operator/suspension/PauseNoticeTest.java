package io.crmventas.tasks.operator.suspension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseNoticeTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "true, true,",
        "True, true,",
        "false, false,",
        "FALSE, false,",
        "'', true,",
        "no seller, true, no seller"
    })
    void readsThePauseAndItsReason(String written, boolean paused, String reason) {
        Optional<PauseNotice> notice = PauseNotice.on(task(Map.of(PauseNotice.PAUSED, written)));
        assertEquals(paused, notice.isPresent());
        assertEquals(Optional.ofNullable(reason), notice.flatMap(PauseNotice::reason));
        assertEquals(Optional.empty(), PauseNotice.on(task(Map.of(PauseNotice.BY, "ana"))));
    }

    @Test
    void endsAtItsTimeInAnyZone() {
        PauseNotice notice = PauseNotice.on(
                        task(Map.of(PauseNotice.PAUSED, "true", PauseNotice.UNTIL, "2026-11-25T13:00:00+01:00")))
                .orElseThrow();
        assertFalse(notice.over(NOON.minusMillis(1)));
        assertTrue(notice.over(NOON));
    }

    @Test
    void aPauseWithAnUnreadableEndContinues() {
        PauseNotice notice = PauseNotice.on(task(Map.of(PauseNotice.PAUSED, "true", PauseNotice.UNTIL, "tomorrow")))
                .orElseThrow();
        assertFalse(notice.over(Instant.MAX));
        assertTrue(notice.problem().orElseThrow().contains("is \"tomorrow\", which is no time"));
    }

    @Test
    void theReasonHasNoLineBreaksAndALimitedLength() {
        PauseNotice notice = PauseNotice.on(task(Map.of(PauseNotice.PAUSED, "a\nb" + "x".repeat(5000))))
                .orElseThrow();
        assertEquals(200, notice.reason().orElseThrow().length());
        assertTrue(notice.reason().orElseThrow().startsWith("a b"));
    }

    @ParameterizedTest
    @CsvSource({
        "true, true,",
        "True, true,",
        "false, false,",
        "' False ', false,",
        "'', true,",
        "yes, true, yes",
        "database move, true, database move"
    })
    void anyValueOfTheConfigMapButFalsePausesAll(String written, boolean paused, String reason) {
        Optional<PauseNotice> notice = PauseNotice.forAll(Map.of("paused", written));
        assertEquals(paused, notice.isPresent());
        assertEquals(Optional.ofNullable(reason), notice.flatMap(PauseNotice::reason));
    }

    @Test
    void aConfigMapWithoutTheKeyPausedPausesAll() {
        assertEquals(
                Optional.of("migration"),
                PauseNotice.forAll(Map.of("reason", "migration")).flatMap(PauseNotice::reason));
        assertTrue(PauseNotice.forAll(Map.of()).isPresent());
    }

    @Test
    void readsThePersonAndTheReasonOfAPauseOfAllTasks() {
        PauseNotice notice = PauseNotice.forAll(Map.of("paused", "true", "by", "ana", "reason", "migration"))
                .orElseThrow();
        assertEquals(Optional.of("ana"), notice.by());
        assertEquals(Optional.of("migration"), notice.reason());
    }

    private static CrmScheduledTask task(Map<String, String> annotations) {
        CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");
        task.getMetadata().setAnnotations(annotations);
        return task;
    }
}
