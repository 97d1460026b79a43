package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.Rejected;
import io.crmventas.tasks.operator.schedule.cron.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns {@code spec.interval}, or {@code spec.schedule} with {@code spec.timeZone}, into what a CronJob needs. */
public final class ScheduleCompiler {
    public static final String DEFAULT_TIME_ZONE = "Etc/UTC";

    private static final String INTERVAL = "spec.interval";
    private static final String SCHEDULE = "spec.schedule";
    private static final String TIME_ZONE = "spec.timeZone";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    /** Five years from a leap year on hold every date the calendar has. */
    private static final Instant LEAP_YEAR = Instant.parse("2024-01-01T00:00:00Z");

    private ScheduleCompiler() {}

    public static ScheduleCompilation compile(CrmScheduledTask task) {
        CrmScheduledTaskSpec spec = task.getSpec();
        return compile(
                task.getMetadata().getNamespace(),
                task.getMetadata().getName(),
                spec.interval(),
                spec.schedule(),
                spec.timeZone());
    }

    /** The schedule of a task; empty when the task must be edited before it has one. */
    public static Optional<Schedule> schedule(CrmScheduledTask task) {
        return compile(task) instanceof CompiledSchedule compiled ? Optional.of(compiled.schedule()) : Optional.empty();
    }

    /** Exactly one of {@code interval} and {@code schedule} is expected; the names spread the starts of intervals. */
    public static ScheduleCompilation compile(
            String namespace,
            String name,
            @Nullable String interval,
            @Nullable String schedule,
            @Nullable String timeZone) {
        if (interval != null && schedule != null) {
            return new Rejected(INTERVAL, "spec.interval and spec.schedule exclude each other; remove one of them");
        }
        if (interval != null) {
            return timeZone == null
                    ? interval(namespace, name, interval)
                    : Rejected.of(TIME_ZONE, timeZone, "it goes with spec.schedule only; remove it");
        }
        if (schedule != null) {
            return timeZone != null && schedule.startsWith("@every ")
                    ? Rejected.of(TIME_ZONE, timeZone, "it goes with cron fields only; remove it")
                    : cron(namespace, name, schedule, timeZone == null ? DEFAULT_TIME_ZONE : timeZone);
        }
        return new Rejected(INTERVAL, "the task has no schedule; set spec.interval, as in 5m, or spec.schedule");
    }

    private static ScheduleCompilation interval(String namespace, String name, String text) {
        Duration interval;
        try {
            interval = DurationText.parse(text);
        } catch (IllegalArgumentException malformed) {
            return Rejected.of(INTERVAL, text, "it is not a duration; write hours and minutes, as in 5m or 1h30m");
        }
        if (interval.compareTo(MINUTE) < 0) {
            return Rejected.of(INTERVAL, text, "it is shorter than Kubernetes can start Jobs; write 1m or more");
        }
        if (interval.toSecondsPart() != 0) {
            return Rejected.of(INTERVAL, text, "it is not a whole number of minutes; write one, as in 5m or 1h30m");
        }
        if (interval.compareTo(LONGEST) > 0) {
            return Rejected.of(INTERVAL, text, "it is longer than 366 days; write 8784h or less");
        }
        return SpreadInterval.cronFields(namespace, name, interval)
                .map(fields -> new CompiledSchedule(fields, DEFAULT_TIME_ZONE, Schedule.parse(fields, ZoneOffset.UTC)))
                .orElseGet(() -> new CompiledSchedule(
                        "@every " + GoDuration.format(interval),
                        DEFAULT_TIME_ZONE,
                        SpreadInterval.grid(namespace, name, interval)));
    }

    /** What a CronJob's schedule and zone mean, as this class compiled them earlier; empty when it did not. */
    public static Optional<Schedule> compiled(String namespace, String name, String schedule, String timeZone) {
        try {
            return TimeZones.find(timeZone).map(zone -> switch (Schedule.parse(schedule, zone)) {
                case Schedule.Every(Duration every) -> SpreadInterval.grid(namespace, name, every);
                case Schedule.Cron cron -> cron;
                case Schedule.Grid grid -> grid;
            });
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    private static ScheduleCompilation cron(String namespace, String name, String text, String timeZone) {
        ZoneId zone = TimeZones.find(timeZone).orElse(null);
        if (zone == null) {
            return Rejected.of(TIME_ZONE, timeZone, "no such time zone; " + TimeZones.cure(timeZone));
        }
        Schedule schedule;
        try {
            schedule = Schedule.parse(text, zone);
        } catch (IllegalArgumentException malformed) {
            return Rejected.of(SCHEDULE, text, String.valueOf(malformed.getMessage()));
        }
        return switch (schedule) {
            case Schedule.Every(Duration every)
            when every.compareTo(MINUTE) < 0 ->
                Rejected.of(SCHEDULE, text, "it is shorter than Kubernetes can start Jobs; write @every 1m or more");
            case Schedule.Every(Duration every)
            when every.compareTo(LONGEST) > 0 ->
                Rejected.of(SCHEDULE, text, "it is longer than 366 days; write @every 8784h or less");
            case Schedule.Cron cron
            when cron.next(LEAP_YEAR).isEmpty() ->
                Rejected.of(SCHEDULE, text, "it never fires: no date and time fits it; correct the day or the month");
            case Schedule.Every(Duration every) ->
                new CompiledSchedule(text, timeZone, SpreadInterval.grid(namespace, name, every));
            case Schedule.Cron _, Schedule.Grid _ -> new CompiledSchedule(text, timeZone, schedule);
        };
    }
}
