package io.crmventas.tasks.operator.schedule.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** These properties hold for every expression. The tests use many expressions from a fixed seed. */
class CronExpressionPropertyTest {
    private static final Instant START = Instant.parse("2008-01-01T00:00:00Z");
    private static final long SPAN = Duration.ofDays(18 * 365).toSeconds();
    /** The test checks every minute in this window. It compares a later time only with the fields. */
    private static final Duration WINDOW = Duration.ofDays(10);

    private final Random random = new Random(34);

    @Test
    void nextIsTheFirstLaterTimeThatMatchesTheFields() {
        int scanned = 0;
        for (int round = 0; round < 600; round++) {
            RandomCron cron = RandomCron.create(random);
            ZoneOffset zone = List.of(ZoneOffset.UTC, ZoneOffset.ofHours(-3), ZoneOffset.ofHoursMinutes(5, 45))
                    .get(random.nextInt(3));
            Instant from = moment();
            Optional<Instant> next = CronExpression.parse(cron.text()).next(from, zone);
            String context = cron.text() + " from " + from + " in " + zone;

            next.ifPresent(scheduledTime -> {
                assertTrue(scheduledTime.isAfter(from), context);
                assertEquals(scheduledTime.truncatedTo(ChronoUnit.MINUTES), scheduledTime, context);
                assertTrue(
                        matches(cron, scheduledTime.atOffset(zone).toLocalDateTime()),
                        context + " gave " + scheduledTime);
            });
            Instant horizon = from.plus(WINDOW);
            Instant end = next.filter(horizon::isAfter).orElse(horizon);
            for (Instant minute = from.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);
                    minute.isBefore(end);
                    minute = minute.plusSeconds(60)) {
                Instant between = minute;
                assertFalse(
                        matches(cron, minute.atOffset(zone).toLocalDateTime()), () -> context + " skipped " + between);
            }
            scanned += end.isBefore(horizon) ? 1 : 0;
        }
        assertTrue(scanned > 150, scanned + " scheduled times are inside the window");
    }

    @Test
    void scheduledTimesNeverGoBackAtAChangeOfTheClock() {
        for (String name : List.of("America/New_York", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe")) {
            ZoneId zone = ZoneId.of(name);
            for (int round = 0; round < 200; round++) {
                CronExpression cron =
                        CronExpression.parse(RandomCron.create(random).text());
                Instant at = moment();
                for (int step = 0; step < 20; step++) {
                    Instant before = at;
                    at = cron.next(before, zone).orElse(before.plusSeconds(1));
                    assertTrue(at.isAfter(before), () -> cron + " went back from " + before + " in " + name);
                }
            }
        }
    }

    private Instant moment() {
        return START.plusSeconds(random.nextLong(SPAN)).plusMillis(random.nextInt(3) == 0 ? random.nextInt(1000) : 0);
    }

    private static boolean matches(RandomCron cron, LocalDateTime reading) {
        boolean dayOfMonth = cron.fields().get(2).get(reading.getDayOfMonth());
        boolean dayOfWeek = cron.fields().get(4).get(reading.getDayOfWeek().getValue() % 7);
        boolean star = cron.dayOfMonthStar() || cron.dayOfWeekStar();
        return cron.fields().get(0).get(reading.getMinute())
                && cron.fields().get(1).get(reading.getHour())
                && cron.fields().get(3).get(reading.getMonthValue())
                && (star ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek);
    }
}
