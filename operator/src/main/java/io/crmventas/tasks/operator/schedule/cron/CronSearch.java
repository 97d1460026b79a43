package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Searches the next scheduled time, field by field from the month down to the second. After the end of a field the
 * search starts again at the month.
 *
 * <p>The operator must announce the times at which the CronJob controller starts runs. Around a change of the clock the
 * order of the steps decides them, so this class has the order of robfig/cron. It also uses the rules of Go for local
 * times: {@link java.time.ZonedDateTime} has other rules for local times that exist twice or never.
 */
final class CronSearch {
    private static final int YEARS = 5;
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int DAY = 24 * HOUR;

    private final CronExpression cron;
    private final ZoneRules rules;
    private long epochSecond;
    /** This is the local time at that second. */
    private LocalDateTime at;
    /** Once a field has moved, the smaller fields have their lowest value and need no second reset. */
    private boolean moved;

    CronSearch(CronExpression cron, Instant after, ZoneRules rules) {
        this.cron = cron;
        this.rules = rules;
        this.epochSecond = after.getEpochSecond() + 1;
        this.at = reading(epochSecond);
    }

    Optional<Instant> run() {
        int lastYear = at.getYear() + YEARS;
        while (at.getYear() <= lastYear) {
            if (reachMonth() && reachDay() && reachHour() && reachMinute() && reachSecond()) {
                return Optional.of(Instant.ofEpochSecond(epochSecond));
            }
        }
        return Optional.empty();
    }

    private boolean reachMonth() {
        while (!CronExpression.has(cron.months(), at.getMonthValue())) {
            if (firstMove()) {
                moveTo(at.toLocalDate().withDayOfMonth(1).atStartOfDay());
            }
            // If the next month lacks the day, Go moves into the month after it. Java would use the end of the month.
            LocalDate nextMonth = at.toLocalDate().withDayOfMonth(1).plusMonths(1);
            moveTo(nextMonth.plusDays(at.getDayOfMonth() - 1L).atTime(at.toLocalTime()));
            if (at.getMonthValue() == 1) {
                return false;
            }
        }
        return true;
    }

    private boolean reachDay() {
        while (!cron.matchesDay(at.getDayOfMonth(), at.getDayOfWeek().getValue() % 7)) {
            if (firstMove()) {
                moveTo(at.toLocalDate().atStartOfDay());
            }
            long today = epochSecond;
            moveTo(at.plusDays(1));
            // After a change of the clock at midnight the local time is 23:00 or 01:00: move to the closest midnight.
            int hour = at.getHour();
            moveBy((hour > 12 ? 24L - hour : -hour) * HOUR);
            if (epochSecond <= today) {
                // On a date that the zone skipped (Apia, 30 December 2011) the library would loop forever.
                moveBy(today + DAY - epochSecond);
            }
            if (at.getDayOfMonth() == 1) {
                return false;
            }
        }
        return true;
    }

    private boolean reachHour() {
        while (!CronExpression.has(cron.hours(), at.getHour())) {
            if (firstMove()) {
                moveTo(at.truncatedTo(ChronoUnit.HOURS));
            }
            moveBy(HOUR);
            if (at.getHour() == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean reachMinute() {
        while (!CronExpression.has(cron.minutes(), at.getMinute())) {
            if (firstMove()) {
                moveBy(-Math.floorMod(epochSecond, MINUTE));
            }
            moveBy(MINUTE);
            if (at.getMinute() == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean reachSecond() {
        if (at.getSecond() == 0) {
            return true;
        }
        moved = true;
        moveBy(MINUTE - at.getSecond());
        return false;
    }

    private boolean firstMove() {
        boolean first = !moved;
        moved = true;
        return first;
    }

    /** Uses the algorithm of Go's {@code time.Date}: it looks up the offset as if the time were UTC, and then again. */
    private void moveTo(LocalDateTime reading) {
        long asUtc = reading.toEpochSecond(ZoneOffset.UTC);
        int guess = rules.getOffset(Instant.ofEpochSecond(asUtc)).getTotalSeconds();
        int offset = rules.getOffset(Instant.ofEpochSecond(asUtc - guess)).getTotalSeconds();
        moveBy(asUtc - offset - epochSecond);
    }

    private void moveBy(long seconds) {
        epochSecond += seconds;
        at = reading(epochSecond);
    }

    private LocalDateTime reading(long second) {
        return LocalDateTime.ofEpochSecond(second, 0, rules.getOffset(Instant.ofEpochSecond(second)));
    }
}
