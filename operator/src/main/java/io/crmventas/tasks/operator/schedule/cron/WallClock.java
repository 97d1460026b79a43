package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/**
 * A moment with its reading on a zone's wall clock, moved as Go's {@code time} moves it.
 *
 * <p>{@link java.time.ZonedDateTime} resolves readings that exist twice or never by other rules than Go does.
 */
record WallClock(long epochSecond, LocalDateTime reading, ZoneRules rules) {

    static WallClock at(long epochSecond, ZoneRules rules) {
        ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(epochSecond));
        return new WallClock(epochSecond, LocalDateTime.ofEpochSecond(epochSecond, 0, offset), rules);
    }

    /** Go's {@code time.Date}: the offset is guessed with the reading taken as UTC, then looked up once more. */
    private static WallClock of(LocalDateTime reading, ZoneRules rules) {
        long asUtc = reading.toEpochSecond(ZoneOffset.UTC);
        int guess = rules.getOffset(Instant.ofEpochSecond(asUtc)).getTotalSeconds();
        int offset = rules.getOffset(Instant.ofEpochSecond(asUtc - guess)).getTotalSeconds();
        return at(asUtc - offset, rules);
    }

    Instant instant() {
        return Instant.ofEpochSecond(epochSecond);
    }

    boolean isAfter(WallClock other) {
        return epochSecond > other.epochSecond;
    }

    int year() {
        return reading.getYear();
    }

    int month() {
        return reading.getMonthValue();
    }

    int dayOfMonth() {
        return reading.getDayOfMonth();
    }

    /** 0 is Sunday. */
    int dayOfWeek() {
        return reading.getDayOfWeek().getValue() % 7;
    }

    int hour() {
        return reading.getHour();
    }

    int minute() {
        return reading.getMinute();
    }

    int second() {
        return reading.getSecond();
    }

    WallClock plusSeconds(long seconds) {
        return at(epochSecond + seconds, rules);
    }

    WallClock startOfMinute() {
        return at(epochSecond - Math.floorMod(epochSecond, 60), rules);
    }

    WallClock startOfHour() {
        return of(reading.toLocalDate().atTime(hour(), 0), rules);
    }

    WallClock startOfDay() {
        return of(reading.toLocalDate().atStartOfDay(), rules);
    }

    WallClock startOfMonth() {
        return of(reading.toLocalDate().withDayOfMonth(1).atStartOfDay(), rules);
    }

    WallClock plusDay() {
        return of(reading.plusDays(1), rules);
    }

    /** A day that the next month lacks runs over into the month after it, as Go has it; Java would cut it off. */
    WallClock plusMonth() {
        LocalDate first = reading.toLocalDate().withDayOfMonth(1).plusMonths(1);
        LocalTime time = reading.toLocalTime();
        return of(first.plusDays(dayOfMonth() - 1L).atTime(time), rules);
    }
}
