package io.crmventas.tasks.operator.schedule;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.operator.schedule.Schedule.Cron;
import io.crmventas.tasks.operator.schedule.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns {@code spec.interval}, or {@code spec.schedule} with {@code spec.timeZone}, into what a CronJob needs. The API
 * server refuses what the rules of these fields exclude, so this class explains only the rest: cron fields and zones.
 */
public final class ScheduleCompiler {
    public static final String DEFAULT_TIME_ZONE = "Etc/UTC";

    private static final Pattern EVERY = Pattern.compile("@every ([0-9]{1,6}[hms])+");
    private static final Pattern PART = Pattern.compile("[0-9]+[hms]");
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    /** The five years from here include a leap year, so they have every date of the calendar. */
    private static final Instant LEAP_YEAR = Instant.parse("2024-01-01T00:00:00Z");

    /** Java also has thirteen names that the IANA database does not have. */
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds().stream()
            .filter(zone -> !zone.startsWith("SystemV/"))
            .collect(Collectors.toUnmodifiableSet());

    private ScheduleCompiler() {}

    /** Holds the interval or cron expression of a task in the form of a CronJob, or why it is rejected. */
    public sealed interface Compilation {}

    /**
     * A schedule that Kubernetes accepts and that has scheduled times.
     *
     * @param cronJobSchedule the CronJob's {@code spec.schedule}: five fields, or {@code @every 7m0s}
     * @param timeZone the CronJob's {@code spec.timeZone}; always set, because the default is the controller's own zone
     * @param schedule computes the scheduled times
     */
    public record CompiledSchedule(String cronJobSchedule, String timeZone, Schedule schedule) implements Compilation {}

    /**
     * A person must edit the resource before a run can start.
     *
     * @param message the field, the fault of its value, and what to write
     */
    public record Rejected(String message) implements Compilation {}

    public static Compilation compile(CrmScheduledTask task) {
        String interval = task.getSpec().interval();
        String schedule = task.getSpec().schedule();
        if (interval != null) {
            return interval(task, interval);
        }
        return schedule == null
                ? new Rejected("the task has no schedule; set spec.interval, as in 5m, or spec.schedule")
                : schedule(
                        task,
                        schedule,
                        Objects.requireNonNullElse(task.getSpec().timeZone(), DEFAULT_TIME_ZONE));
    }

    /** Returns the schedule of a task; empty when a person must edit the task before it has one. */
    public static Optional<Schedule> schedule(CrmScheduledTask task) {
        return compile(task) instanceof CompiledSchedule compiled ? Optional.of(compiled.schedule()) : Optional.empty();
    }

    /** Returns the schedule of the CronJob by the status; empty for a text that this class cannot have compiled. */
    public static Optional<Schedule> compiled(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        try {
            String schedule = status.schedule();
            ZoneId zone = zone(Objects.requireNonNullElse(status.timeZone(), DEFAULT_TIME_ZONE));
            return schedule == null
                    ? Optional.empty()
                    : Optional.of(read(task.namespace(), task.name(), schedule, zone));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** Spreads the scheduled times by namespace and name of the task. */
    private static Compilation interval(CrmScheduledTask task, String text) {
        try {
            String schedule = SpreadInterval.schedule(task.namespace(), task.name(), inRange(DurationText.parse(text)));
            return schedule(task, schedule, DEFAULT_TIME_ZONE);
        } catch (IllegalArgumentException malformed) {
            return rejected("spec.interval", text, malformed);
        }
    }

    private static Compilation schedule(CrmScheduledTask task, String text, String timeZone) {
        ZoneId zone;
        try {
            zone = zone(timeZone);
        } catch (IllegalArgumentException unknown) {
            return rejected("spec.timeZone", timeZone, unknown);
        }
        try {
            Schedule schedule = read(task.namespace(), task.name(), text, zone);
            if (schedule.next(LEAP_YEAR).isEmpty()) {
                throw new IllegalArgumentException(
                        "it never fires: no date and time fits it; correct the day or the month");
            }
            return new CompiledSchedule(text, timeZone, schedule);
        } catch (IllegalArgumentException malformed) {
            return rejected("spec.schedule", text, malformed);
        }
    }

    private static Rejected rejected(String field, String value, IllegalArgumentException why) {
        return new Rejected(field + " \"" + value + "\": " + why.getMessage());
    }

    /** @throws IllegalArgumentException with the correct form, when Kubernetes would refuse the text as a schedule */
    private static Schedule read(String namespace, String name, String text, ZoneId zone) {
        return EVERY.matcher(text).matches()
                ? SpreadInterval.grid(namespace, name, every(text))
                : new Cron(CronExpression.parse(text), zone);
    }

    /** Kubernetes accepts hours, minutes and seconds in any order, and each more than once. */
    private static Duration every(String text) {
        return inRange(PART.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(part -> Duration.parse("PT" + part))
                .reduce(Duration.ZERO, Duration::plus));
    }

    private static Duration inRange(Duration interval) {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("it is outside 1m to 8784h, which is 366 days; write a time within");
        }
        return interval;
    }

    /**
     * Returns the zone of a name that Kubernetes accepts too: the exact spelling of the IANA database.
     * {@link ZoneId#of} also accepts offsets such as {@code +02:00} or {@code GMT+2}, which Kubernetes refuses.
     *
     * @throws IllegalArgumentException that proposes the zone with the same name in other case, of the same city, or of
     *     an American abbreviation. It proposes no offset: Etc/GMT+2 is two hours behind UTC.
     */
    private static ZoneId zone(String name) {
        if (ZONES.contains(name)) {
            return ZoneId.of(name);
        }
        String meant = name.toLowerCase(Locale.ROOT);
        throw new IllegalArgumentException("no such time zone; write "
                + ZONES.stream()
                        .filter(zone -> ("/" + zone.toLowerCase(Locale.ROOT)).endsWith("/" + meant)
                                && !zone.startsWith("Etc/GMT"))
                        .min(Comparator.comparingInt(String::length)
                                .reversed()
                                .thenComparing(Comparator.naturalOrder()))
                        .or(() -> Optional.ofNullable(ZoneId.SHORT_IDS.get(name))
                                .filter(zone -> zone.startsWith("America/") || zone.startsWith("Pacific/")))
                        .orElse("a name of the IANA time zone database, as in America/Argentina/Buenos_Aires"));
    }
}
