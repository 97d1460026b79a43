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

    private final SteppingClock own = new SteppingClock(START);
    private final ServerClock clock = new ServerClock(own);

    @Test
    void goesByItsOwnWhileTheServerAgrees() {
        hear(START.minusSeconds(1));
        hear(START.plusSeconds(2));
        assertEquals(START, clock.instant());
    }

    @Test
    void followsAServerThatDiffers() {
        hear(START.plusSeconds(90));
        hear(START.plusSeconds(91));
        assertEquals(START.plusSeconds(91), clock.instant());
        own.advance(Duration.ofMinutes(1));
        hear(START.plusSeconds(152));
        assertEquals(START.plusSeconds(151), clock.instant(), "it does not waver");
    }

    @Test
    void comesBackWhenTheClocksAgreeAgain() {
        hear(START.minusSeconds(90));
        hear(START.minusSeconds(90));
        assertEquals(START.minusSeconds(90), clock.instant());
        hear(START);
        own.advance(Duration.ofSeconds(10));
        hear(START.plusSeconds(10));
        assertEquals(START.plusSeconds(10), clock.instant());
    }

    /** As after a minute in which this process was frozen: the answers of before come all at once. */
    @Test
    void isNotMisledByAnswersThatWereHeldUpTogether() {
        hear(START);
        hear(START);
        own.advance(Duration.ofMinutes(1));
        hear(START);
        hear(START.plusSeconds(1));
        hear(START.plusSeconds(2));
        assertEquals(START.plusSeconds(60), clock.instant());
        hear(START.plusSeconds(60));
        assertEquals(START.plusSeconds(60), clock.instant());
    }

    @Test
    void isNotMisledByAnAnswerThatWasHeldUp() {
        hear(START);
        hear(START.minusSeconds(30));
        hear(START);
        assertEquals(START, clock.instant());
    }

    @Test
    void takesNoNoticeOfForeignDates() {
        clock.observe("yesterday");
        clock.observe("yesterday");
        assertEquals(START, clock.instant());
    }

    private void hear(Instant server) {
        clock.observe(DateTimeFormatter.RFC_1123_DATE_TIME.format(server.atZone(ZoneOffset.UTC)));
    }
}
