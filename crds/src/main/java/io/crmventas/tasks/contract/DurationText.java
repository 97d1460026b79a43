package io.crmventas.tasks.contract;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Defines the grammar of all durations in the resource, its parameters and the settings: whole numbers with d, h, m and
 * s, in this order. Examples are {@code 90s}, {@code 5m}, {@code 1h30m} and {@code 30d}. A day is 24 hours.
 */
public final class DurationText {
    private static final Pattern WHOLE =
            Pattern.compile("(?=.)([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?");
    private static final Pattern PART = Pattern.compile("([0-9]+)([dhms])");

    private DurationText() {}

    /** @throws IllegalArgumentException with a message that shows the grammar */
    public static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a duration; write whole numbers with d, h, m and s, as in 90s, 5m, 1h30m or 30d");
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "d" -> Duration.ofHours(24 * amount);
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofSeconds(amount);
                    });
        }
        return sum;
    }

    /** Returns the shortest exact form for messages, for example {@code 1h30m}. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String text = (duration.toDays() > 0 ? duration.toDays() + "d" : "")
                + (duration.toHoursPart() > 0 ? duration.toHoursPart() + "h" : "")
                + (duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" : "")
                + (duration.toSecondsPart() > 0 ? duration.toSecondsPart() + "s" : "");
        return text.isEmpty() ? duration.toMillis() + "ms" : text;
    }
}
