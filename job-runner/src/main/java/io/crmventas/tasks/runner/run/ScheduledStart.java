package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The scheduled time of a Job that a CronJob created, and how much later its run may start.
 *
 * @param time the minute at the end of the Job's name
 */
public record ScheduledStart(Instant time, Duration deadline) {
    private static final Pattern MINUTES = Pattern.compile("-([0-9]{7,9})");
    /** No Job waits longer. An older number is a date or another number that a person wrote at the end of the name. */
    private static final Duration OLDEST = Duration.ofDays(366);

    /** Returns empty for a Job that no CronJob of this name created. */
    public static Optional<ScheduledStart> of(String cronJob, String job, Duration deadline, Instant now) {
        Matcher minutes = MINUTES.matcher(job.startsWith(cronJob) ? job.substring(cronJob.length()) : "");
        if (!minutes.matches()) {
            return Optional.empty();
        }
        Instant time = Instant.EPOCH.plus(Duration.ofMinutes(Long.parseLong(minutes.group(1))));
        return time.isBefore(now.minus(OLDEST)) ? Optional.empty() : Optional.of(new ScheduledStart(time, deadline));
    }

    public boolean missed(Instant start) {
        return start.isAfter(time.plus(deadline));
    }

    public String explain(Instant start) {
        return "started "
                + DurationText.format(
                        Duration.ofSeconds(Duration.between(time, start).toSeconds())) + " after its scheduled time "
                + time
                + "; more than " + DurationText.format(deadline) + " is too late";
    }
}
