package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A cron expression of five fields, or a named descriptor such as {@code @hourly}, as robfig/cron v3 reads them.
 *
 * <p>The components are bit sets: bit n means the value n. Bit 63 of a day field means that the field was a star.
 */
public record CronExpression(long minutes, long hours, long daysOfMonth, long months, long daysOfWeek) {
    private static final int FIELDS = 5;

    /** @throws IllegalArgumentException with the wrong field and its fix, when Kubernetes would refuse the text */
    public static CronExpression parse(String text) {
        return switch (text) {
            case "@yearly", "@annually" -> parse("0 0 1 1 *");
            case "@monthly" -> parse("0 0 1 * *");
            case "@weekly" -> parse("0 0 * * 0");
            case "@daily", "@midnight" -> parse("0 0 * * *");
            case "@hourly" -> parse("0 * * * *");
            // Go's strings.Fields splits at any white space of Unicode.
            default -> parse(text.strip().split("(?U)\\s+"));
        };
    }

    private static CronExpression parse(String[] fields) {
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(
                    "write five fields: minute, hour, day of month, month and day of week, as"
                            + " in \"0 8 * * *\"; or @hourly, @daily, @weekly, @monthly, @yearly or @every 90m");
        }
        return new CronExpression(
                CronField.MINUTE.parse(fields[0]),
                CronField.HOUR.parse(fields[1]),
                CronField.DAY_OF_MONTH.parse(fields[2]),
                CronField.MONTH.parse(fields[3]),
                CronField.DAY_OF_WEEK.parse(fields[4]));
    }

    /**
     * Returns the first scheduled time after {@code after} on the wall clock of {@code zone}; empty when five years
     * have none.
     *
     * <p>When the clocks go forward, a scheduled time in the skipped hour does not exist. When they go back, a
     * scheduled time in the repeated hour exists twice.
     */
    public Optional<Instant> next(Instant after, ZoneId zone) {
        // An empty field matches nothing, and the search would try each minute of five years.
        if (minutes == 0 || hours == 0 || months == 0) {
            return Optional.empty();
        }
        return new CronSearch(this, after, zone.getRules()).run();
    }

    /** Either day field may match. If one of them is a star, both must match, so that the other one decides. */
    boolean matchesDay(int dayOfMonth, int dayOfWeek) {
        boolean month = has(daysOfMonth, dayOfMonth);
        boolean week = has(daysOfWeek, dayOfWeek);
        boolean star = ((daysOfMonth | daysOfWeek) & CronField.STAR) != 0;
        return star ? month && week : month || week;
    }

    static boolean has(long bits, int value) {
        return ((bits >>> value) & 1) == 1;
    }
}
