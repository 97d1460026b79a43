package io.crmventas.tasks.runner.task;

/** Pieces of SQL that calculate on whole numbers, so that half up is decided exactly and never on a rounded quotient. */
public final class Exact {
    private Exact() {}

    /**
     * A difference of two {@code timestamptz} in microseconds, {@code bigint}. PostgreSQL 13 extracts floating point,
     * which is exact for whole seconds and for the microseconds of a minute, but not for both together.
     */
    public static String micros(String interval) {
        return """
                (extract(epoch from date_trunc('second', %1$s))::bigint * 1000000
                  + extract(microseconds from %1$s)::bigint %% 1000000)""".formatted(interval);
    }

    /**
     * A quotient of whole numbers that are not negative, as a whole number, half up; null when the divisor is 0 or
     * null. {@code div} truncates and is exact, {@code /} is rounded already.
     */
    public static String quotient(String dividend, String divisor) {
        return "div(2 * (%1$s)::numeric + (%2$s), nullif(2 * (%2$s), 0)::numeric)".formatted(dividend, divisor);
    }

    /** {@code 100 x part / whole} with two decimals, half up; null when the whole is 0. */
    public static String percentage(String part, String whole) {
        return "(" + quotient("10000 * (" + part + ")", whole) + " * 0.01)";
    }

    /** An instant as the CRM's own Python writes it into JSON: UTC with an offset, microseconds always. */
    public static String json(String instant) {
        return "to_char(" + instant + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')";
    }

    /** The same without offset, as Python writes a naive time. */
    public static String naiveJson(String instant) {
        return "to_char(" + instant + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')";
    }
}
