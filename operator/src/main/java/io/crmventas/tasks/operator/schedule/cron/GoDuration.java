package io.crmventas.tasks.operator.schedule.cron;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes and reads them, which is how {@code @every} is given: {@code 7m0s}, {@code 1h30m}. */
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]*)(?:\\.([0-9]*))?([^0-9.]+)");
    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(63);
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00b5s", 1_000L,
            "\u03bcs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /** @throws IllegalArgumentException when Go's {@code time.ParseDuration} would refuse the text */
    public static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigInteger nanos = BigInteger.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (part.find(end) && part.start() == end) {
            nanos = nanos.add(nanos(part, text));
            end = part.end();
        }
        if (rest.isEmpty() || end != rest.length()) {
            throw refuse(text);
        }
        BigInteger signed = negative ? nanos.negate() : nanos;
        if (signed.bitLength() > 63) {
            throw refuse(text);
        }
        return Duration.ofNanos(signed.longValue());
    }

    private static BigInteger nanos(Matcher part, String text) {
        String whole = part.group(1);
        String fraction = part.group(2) == null ? "" : part.group(2);
        Long unit = NANOS.get(part.group(3));
        if (unit == null || (whole.isEmpty() && fraction.isEmpty())) {
            throw refuse(text);
        }
        BigInteger integral = whole.isEmpty() ? BigInteger.ZERO : new BigInteger(whole);
        // Go counts fractions in doubles; the same operations give the same nanoseconds.
        String digits = fraction.substring(0, Math.min(fraction.length(), 18));
        double scale = Math.pow(10, digits.length());
        long parts = digits.isEmpty() ? 0 : (long) (Long.parseLong(digits) * (unit / scale));
        BigInteger sum = integral.multiply(BigInteger.valueOf(unit)).add(BigInteger.valueOf(parts));
        if (sum.compareTo(LIMIT) > 0) {
            throw refuse(text);
        }
        return sum;
    }

    /** Go's own text of a duration in whole seconds: {@code 7m0s}, {@code 25h0m0s}. */
    public static String format(Duration duration) {
        long hours = duration.toHours();
        String minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
        return (hours > 0 ? hours + "h" : "") + minutes + duration.toSecondsPart() + "s";
    }

    private static IllegalArgumentException refuse(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not a duration; write hours, minutes and seconds, as in 1h30m");
    }
}
