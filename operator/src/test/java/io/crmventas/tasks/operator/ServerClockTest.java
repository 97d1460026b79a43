package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.operator.testing.SteppingClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final SteppingClock local = new SteppingClock(START);
    private final ServerClock clock = new ServerClock(local);

    @Test
    void usesTheLocalClockWhileTheServerAgrees() {
        observe(START.minusSeconds(1));
        observe(START.plusSeconds(2));
        assertEquals(START, clock.instant());
    }

    @Test
    void followsTheServerWhenItsClockDiffers() {
        observe(START.plusSeconds(90));
        observe(START.plusSeconds(91));
        assertEquals(START.plusSeconds(91), clock.instant());
        local.advance(Duration.ofMinutes(1));
        observe(START.plusSeconds(152));
        assertEquals(START.plusSeconds(151), clock.instant(), "a difference of a second changes nothing");
    }

    @Test
    void returnsToTheLocalClockWhenBothAgreeAgain() {
        observe(START.minusSeconds(90));
        observe(START.minusSeconds(90));
        assertEquals(START.minusSeconds(90), clock.instant());
        observe(START);
        local.advance(Duration.ofSeconds(10));
        observe(START.plusSeconds(10));
        assertEquals(START.plusSeconds(10), clock.instant());
    }

    /** After this process was frozen for a minute, all earlier answers arrive at once. */
    @Test
    void ignoresSeveralAnswersThatAreDelayedTogether() {
        observe(START);
        observe(START);
        local.advance(Duration.ofMinutes(1));
        observe(START);
        observe(START.plusSeconds(1));
        observe(START.plusSeconds(2));
        assertEquals(START.plusSeconds(60), clock.instant());
        observe(START.plusSeconds(60));
        assertEquals(START.plusSeconds(60), clock.instant());
    }

    @Test
    void ignoresOneDelayedAnswer() {
        observe(START);
        observe(START.minusSeconds(30));
        observe(START);
        assertEquals(START, clock.instant());
    }

    @Test
    void ignoresInvalidDates() {
        clock.observe("yesterday");
        clock.observe("yesterday");
        assertEquals(START, clock.instant());
    }

    private void observe(Instant server) {
        clock.observe(DateTimeFormatter.RFC_1123_DATE_TIME.format(server.atZone(ZoneOffset.UTC)));
    }
}
