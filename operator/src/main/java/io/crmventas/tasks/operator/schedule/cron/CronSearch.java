package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The search for the next scheduled time: field by field from the month down; passing the end of a field restarts.
 *
 * <p>The order of the steps is the library's own, because it decides what happens around a change of the clock:
 * the CronJob controller walks the same way, and what we announce has to be what it does.
 */
final class CronSearch {
    private static final int YEARS = 5;
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    private final CronExpression cron;
    private WallClock at;
    /** Once a field has moved, the smaller ones stand at their lowest value and need no second reset. */
    private boolean moved;

    CronSearch(CronExpression cron, Instant after, ZoneRules rules) {
        this.cron = cron;
        this.at = WallClock.at(after.getEpochSecond() + 1, rules);
    }

    Optional<Instant> run() {
        int lastYear = at.year() + YEARS;
        while (at.year() <= lastYear) {
            if (reachMonth() && reachDay() && reachHour() && reachMinute() && reachSecond()) {
                return Optional.of(at.instant());
            }
        }
        return Optional.empty();
    }

    private boolean reachMonth() {
        while (!CronExpression.has(cron.months(), at.month())) {
            if (firstMove()) {
                at = at.startOfMonth();
            }
            at = at.plusMonth();
            if (at.month() == 1) {
                return false;
            }
        }
        return true;
    }

    private boolean reachDay() {
        while (!cron.matchesDay(at.dayOfMonth(), at.dayOfWeek())) {
            if (firstMove()) {
                at = at.startOfDay();
            }
            WallClock tomorrow = atMidnight(at.plusDay());
            // On a date that a zone left out (Apia, 30 December 2011) the library would stay forever.
            at = tomorrow.isAfter(at) ? tomorrow : at.plusSeconds(24 * HOUR);
            if (at.dayOfMonth() == 1) {
                return false;
            }
        }
        return true;
    }

    /** A change of the clock at midnight leaves 23:00 or 01:00: go to the midnight nearby. */
    private static WallClock atMidnight(WallClock clock) {
        int hour = clock.hour();
        if (hour == 0) {
            return clock;
        }
        return clock.plusSeconds((hour > 12 ? 24L - hour : -hour) * HOUR);
    }

    private boolean reachHour() {
        while (!CronExpression.has(cron.hours(), at.hour())) {
            if (firstMove()) {
                at = at.startOfHour();
            }
            at = at.plusSeconds(HOUR);
            if (at.hour() == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean reachMinute() {
        while (!CronExpression.has(cron.minutes(), at.minute())) {
            if (firstMove()) {
                at = at.startOfMinute();
            }
            at = at.plusSeconds(MINUTE);
            if (at.minute() == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean reachSecond() {
        if (at.second() == 0) {
            return true;
        }
        moved = true;
        at = at.plusSeconds(MINUTE - at.second());
        return false;
    }

    private boolean firstMove() {
        boolean first = !moved;
        moved = true;
        return first;
    }
}
