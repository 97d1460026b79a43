package io.crmventas.tasks.operator.schedule.cron;

import java.util.Locale;
import java.util.regex.Pattern;

/** One of the five fields. A parsed field is a bit set of its values. */
enum CronField {
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day of month", 1, 31, ""),
    MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    DAY_OF_WEEK("day of week", 0, 6, "sun mon tue wed thu fri sat");

    /** This bit marks a field that was a star. If a day field has it, both day fields must match. */
    static final long STAR = 1L << 63;

    private static final Pattern INTEGER = Pattern.compile("\\+?[0-9]+");

    private final String title;
    private final int min;
    private final int max;
    /** The names have three letters each, and stand in the order of their values. */
    private final String names;

    CronField(String title, int min, int max, String names) {
        this.title = title;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** Parses a list with commas. The library skips empty items, so it accepts a lone comma as "never". */
    long parse(String text) {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            if (!item.isEmpty()) {
                bits |= item(item);
            }
        }
        return bits;
    }

    private long item(String item) {
        String[] rangeAndStep = item.split("/", -1);
        if (rangeAndStep.length > 2) {
            throw refuse(item, "has more than one slash", "write one step, as in */5");
        }
        boolean stepped = rangeAndStep.length == 2;
        long step = stepped ? integer(rangeAndStep[1], item) : 1;
        String[] range = rangeAndStep[0].split("-", -1);
        // The library ignores what comes between the star and the slash: "*-5" is "*".
        if (range[0].equals("*") || range[0].equals("?")) {
            return bits(min, max, step, item) | (step == 1 ? STAR : 0);
        }
        if (range.length > 2) {
            throw refuse(item, "has more than one hyphen", "write one range, as in 1-5");
        }
        long first = value(range[0], item);
        if (range.length == 2) {
            return bits(first, value(range[1], item), step, item);
        }
        // "3/5" means 3 to the end of the field; "3" means 3 alone.
        return bits(first, stepped ? max : first, step, item);
    }

    private long bits(long first, long last, long step, String item) {
        if (first < min || last > max) {
            throw refuse(item, "is outside " + min + "-" + max, outsideFix(last));
        }
        if (first > last) {
            throw refuse(item, "ends before it starts", "split it: " + first + "-" + max + "," + min + "-" + last);
        }
        if (step == 0) {
            throw refuse(item, "has the step 0", "write a step of 1 or more");
        }
        long bits = 0;
        // A step beyond the end of the field is legal and leaves the first value; min() keeps the sum from overflowing.
        for (long value = first; value <= last; value += Math.min(step, 64)) {
            bits |= 1L << value;
        }
        return bits;
    }

    private String outsideFix(long last) {
        return this == DAY_OF_WEEK && last == 7
                ? "write 0 or SUN for Sunday"
                : "write values from " + min + " to " + max;
    }

    private long value(String text, String item) {
        int index = text.length() == 3 ? names.indexOf(text.toLowerCase(Locale.ROOT)) : -1;
        return index >= 0 && index % 4 == 0 ? (index / 4) + min : integer(text, item);
    }

    private long integer(String text, String item) {
        if (!INTEGER.matcher(text).matches()) {
            String what = text.isEmpty() ? "lacks a number" : "holds \"" + text + "\", which is not a number";
            throw refuse(item, what, names.isEmpty() ? numbersFix() : numbersFix() + " or " + namesFix());
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException moreDigitsThanALong) {
            throw refuse(item, "is outside " + min + "-" + max, numbersFix());
        }
    }

    private String numbersFix() {
        return "write numbers from " + min + " to " + max;
    }

    private String namesFix() {
        String upper = names.toUpperCase(Locale.ROOT);
        return upper.substring(0, 3) + " to " + upper.substring(upper.length() - 3);
    }

    private IllegalArgumentException refuse(String item, String what, String fix) {
        return new IllegalArgumentException("the " + title + " \"" + item + "\" " + what + "; " + fix);
    }
}
