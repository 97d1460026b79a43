package io.crmventas.tasks.operator.schedule.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Five fields, or one of the named descriptors ({@code @hourly} ...), as robfig/cron v3 reads them.
 *
 * <p>The components are bit sets: bit n stands for the value n. Bit 63 of a day field says it was a star.
 */
public record CronExpression(long minutes, long hours, long daysOfMonth, long months, long daysOfWeek) {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final int FIELDS = 5;

    /** @throws IllegalArgumentException with the field at fault and its cure, when Kubernetes would refuse the text */
    public static CronExpression parse(String text) {
        if (text.contains("TZ")) {
            throw new IllegalArgumentException("it must not name a time zone; set spec.timeZone instead");
        }
        if (text.startsWith("@")) {
            return descriptor(text);
        }
        String[] fields =
                WHITE_SPACE.splitAsStream(text).filter(f -> !f.isEmpty()).toArray(String[]::new);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("it has " + fields.length + " fields instead of " + FIELDS
                    + (fields.length == FIELDS + 1 ? " and Kubernetes knows no seconds" : "")
                    + "; write minute, hour, day of month, month and day of week, as in \"0 8 * * *\"");
        }
        return new CronExpression(
                CronField.MINUTE.parse(fields[0]),
                CronField.HOUR.parse(fields[1]),
                CronField.DAY_OF_MONTH.parse(fields[2]),
                CronField.MONTH.parse(fields[3]),
                CronField.DAY_OF_WEEK.parse(fields[4]));
    }

    private static CronExpression descriptor(String text) {
        return parse(
                switch (text) {
                    case "@yearly", "@annually" -> "0 0 1 1 *";
                    case "@monthly" -> "0 0 1 * *";
                    case "@weekly" -> "0 0 * * 0";
                    case "@daily", "@midnight" -> "0 0 * * *";
                    case "@hourly" -> "0 * * * *";
                    default ->
                        throw new IllegalArgumentException("\"" + text + "\" is not a known descriptor; write five"
                                + " fields, as in \"0 8 * * *\", or @hourly, @daily, @weekly, @monthly, @yearly or"
                                + " @every 90m");
                });
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
