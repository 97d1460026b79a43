package io.crmventas.tasks.operator.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.zip.CRC32;

/**
 * Spreads the scheduled times of tasks with the same interval. An interval that divides an hour or a day becomes cron
 * fields, with each task at its own minute; any other becomes a grid, with each task at its own second.
 *
 * <p>Kubernetes starts about nine Jobs a second, so some of 600 tasks at the same minute would wait more than a minute.
 * The offset of a task in its interval is the CRC-32 of {@code namespace/name} in UTF-8, modulo the interval in minutes
 * or seconds. It is the same in every release and on every machine, so a restart or an upgrade moves no start.
 */
final class SpreadInterval {
    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;

    private SpreadInterval() {}

    /** Returns the CronJob's schedule. Some intervals need @every, because cron steps start again each hour and day. */
    static String schedule(String namespace, String name, Duration interval) {
        long minutes = interval.toMinutes();
        boolean dividesDay = minutes % HOUR == 0 && DAY % minutes == 0;
        if (HOUR % minutes != 0 && !dividesDay) {
            return "@every " + (minutes >= HOUR ? interval.toHours() + "h" : "") + interval.toMinutesPart() + "m0s";
        }
        long offset = hash(namespace, name) % minutes;
        if (minutes <= HOUR) {
            return steps(offset, minutes, HOUR) + " * * * *";
        }
        return (offset % HOUR) + " " + steps(offset / HOUR, minutes / HOUR, DAY / HOUR) + " * * *";
    }

    static Schedule.Grid grid(String namespace, String name, Duration interval) {
        return new Schedule.Grid(interval, hash(namespace, name) % interval.toSeconds());
    }

    /** Returns one value when the step is the whole field, otherwise a range such as {@code 3-59/5}. */
    private static String steps(long first, long step, int size) {
        if (step == 1) {
            return "*";
        }
        return step == size ? Long.toString(first) : first + "-" + (size - 1) + "/" + step;
    }

    private static long hash(String namespace, String name) {
        CRC32 crc = new CRC32();
        crc.update((namespace + "/" + name).getBytes(UTF_8));
        return crc.getValue();
    }
}
