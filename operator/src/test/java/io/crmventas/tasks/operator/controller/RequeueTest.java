package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequeueTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    @Test
    void requeuesAtTheEarliestMomentAndNotBefore() {
        Duration delay =
                after(List.of(Optional.of(NOW.plusSeconds(90)), Optional.empty(), Optional.of(NOW.plusSeconds(30))));
        assertFalse(NOW.plus(delay).isBefore(NOW.plusSeconds(30)));
        assertEquals(30, delay.toSeconds());
    }

    @Test
    void waitsASecondWhenTheMomentHasPassed() {
        assertEquals(Duration.ofSeconds(1), after(List.of(Optional.of(NOW.minusSeconds(3600)))));
    }

    @Test
    void requeuesWithinFiveMinutesWhenAllMomentsAreLater() {
        List<List<Optional<Instant>>> all = List.of(
                List.of(),
                List.of(Optional.empty()),
                List.of(Optional.of(NOW.plus(Duration.ofHours(8)))),
                List.of(Optional.of(NOW.plus(Duration.ofDays(365_000))), Optional.of(Instant.MAX)));
        for (List<Optional<Instant>> moments : all) {
            assertEquals(5, after(moments).toMinutes(), moments.toString());
        }
    }

    private static Duration after(List<Optional<Instant>> moments) {
        return Requeue.after(NOW, moments.stream());
    }
}
