package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Five fields, or one of the named descriptors ({@code @hourly} ...), as robfig/cron v3 reads them.
 *
 * <p>The components are bit sets: bit n stands for the value n. Bit 63 of a day field says it was a star.
 */
public record CronExpression(long minutes, long hours, long daysOfMonth, long months, long daysOfWeek) {
    private static final int FIELDS = 5;

    /** @throws IllegalArgumentException with the field at fault and its cure, when Kubernetes would refuse the text */
    public static CronExpression parse(String text) {
        return switch (text) {
            case "@yearly", "@annually" -> parse("0 0 1 1 *");
            case "@monthly" -> parse("0 0 1 * *");
            case "@weekly" -> parse("0 0 * * 0");
            case "@daily", "@midnight" -> parse("0 0 * * *");
            case "@hourly" -> parse("0 * * * *");
            // Any white space of Unicode, as Go's strings.Fields takes it.
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
     * The first scheduled time after {@code after} on the wall clock of {@code zone}; empty when the next five years hold none.
     *
     * <p>A scheduled time in the hour that spring skips is left out; one in the hour that autumn repeats comes twice.
     */
    public Optional<Instant> next(Instant after, ZoneId zone) {
        // Without one of these no moment matches; searching five years minute by minute would only confirm it.
        if (minutes == 0 || hours == 0 || months == 0) {
            return Optional.empty();
        }
        return new CronSearch(this, after, zone.getRules()).run();
    }

    /** Either day field may match, unless one of them is a star: then both must, which leaves it to the other. */
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
