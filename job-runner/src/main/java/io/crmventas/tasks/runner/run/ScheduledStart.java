package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The slot that a CronJob's Job was made for, and how much later it may start.
 *
 * @param slot the minute that the name of such a Job ends in
 */
public record ScheduledStart(Instant slot, Duration deadline) {
    private static final Pattern MINUTES = Pattern.compile("-([0-9]{7,9})");
    /** No slot waits that long: the number is a date, or whatever a person wrote behind the name. */
    private static final Duration OLDEST = Duration.ofDays(366);

    /** Empty for a Job whose name is not made by a CronJob of this name. */
    public static Optional<ScheduledStart> of(String cronJob, String job, Duration deadline, Instant now) {
        Matcher minutes = MINUTES.matcher(job.startsWith(cronJob) ? job.substring(cronJob.length()) : "");
        if (!minutes.matches()) {
            return Optional.empty();
        }
        Instant slot = Instant.EPOCH.plus(Duration.ofMinutes(Long.parseLong(minutes.group(1))));
        return slot.isBefore(now.minus(OLDEST)) ? Optional.empty() : Optional.of(new ScheduledStart(slot, deadline));
    }

    public boolean missed(Instant start) {
        return start.isAfter(slot.plus(deadline));
    }

    String explain(Instant start) {
        return "started "
                + DurationText.format(
                        Duration.ofSeconds(Duration.between(slot, start).toSeconds())) + " after its slot " + slot
                + "; more than " + DurationText.format(deadline) + " is too late";
    }
}
