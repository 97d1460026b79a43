package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a run.
 *
 * @param jobUid null when only the Job's name is known, which a later Job can have as well
 * @param scheduledTime empty for a run that no schedule started
 * @param startTime when Kubernetes started the Job
 */
public record RunIdentity(
        String jobName,
        @Nullable String jobUid,
        Trigger trigger,
        Optional<Instant> scheduledTime,
        Optional<Instant> startTime) {

    /** Names what started a run. */
    public enum Trigger {
        SCHEDULED("Scheduled"),
        /** A scheduled run that started late, for all scheduled times that were missed. */
        CATCH_UP("CatchUp"),
        MANUAL("Manual"),
        /** A run that a person started and that rolls everything back. */
        DRY_RUN("DryRun"),
        /** A trial run: the operator checks whether a task that the circuit breaker suspended works again. */
        TRIAL("Trial");

        private final String text;

        Trigger(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** Returns whether the schedule started the run. */
        public boolean scheduled() {
            return this == SCHEDULED || this == CATCH_UP;
        }

        /** Returns empty for an unknown text. */
        public static Optional<Trigger> of(@Nullable String text) {
            return Arrays.stream(values())
                    .filter(trigger -> trigger.text.equals(text))
                    .findFirst();
        }
    }

    /** The CronJob controller sets this annotation, in the CronJob's time zone. */
    private static final String SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    /**
     * Kubernetes starts Jobs late by seconds, under a heavy load by a minute. A schedule whose gaps are at most this
     * long has no catch-up runs, because Kubernetes starts only its latest scheduled time.
     */
    private static final Duration LATE = Duration.ofMinutes(2);

    /** The CronJob controller ends a Job's name with the minutes from 1970 to the scheduled time. */
    private static final Pattern MINUTES = Pattern.compile("-([0-9]{7,9})");
    /** No run takes that long. A number for an earlier time is a date or another text of a person. */
    private static final Duration OLDEST = Duration.ofDays(366);

    /**
     * Returns the run of a deleted Job, as far as the name of the Job shows it.
     *
     * @param dryRun whether a person requested the Job for a dry run
     * @param lastScheduled the last scheduled time of the task, which has the seconds that the name lacks
     */
    public static RunIdentity named(
            String jobName, boolean dryRun, String cronJob, Optional<Instant> lastScheduled, Instant now) {
        Matcher minutes = MINUTES.matcher(jobName.startsWith(cronJob) ? jobName.substring(cronJob.length()) : "");
        Optional<Instant> minute = minutes.matches()
                ? Optional.of(Instant.EPOCH.plus(Duration.ofMinutes(Long.parseLong(minutes.group(1)))))
                        .filter(scheduled -> scheduled.isAfter(now.minus(OLDEST)))
                : Optional.empty();
        Trigger requested = dryRun ? Trigger.DRY_RUN : Trigger.MANUAL;
        return new RunIdentity(
                jobName,
                null,
                minute.isPresent() ? Trigger.SCHEDULED : requested,
                minute.map(scheduled -> lastScheduled
                        .filter(last -> last.truncatedTo(ChronoUnit.MINUTES).equals(scheduled))
                        .orElse(scheduled)),
                Optional.empty());
    }

    static RunIdentity of(Job job, ScheduledRuns scheduledRuns) {
        Optional<Instant> scheduled = scheduledTime(job);
        return new RunIdentity(
                job.getMetadata().getName(),
                job.getMetadata().getUid(),
                scheduled
                        .map(time -> catchesUp(job, time, scheduledRuns) ? Trigger.CATCH_UP : Trigger.SCHEDULED)
                        .orElseGet(() -> unscheduled(job)),
                scheduled,
                startTime(job));
    }

    /** Returns when Kubernetes started the Job, or the creation of a Job that waits for another controller. */
    static Optional<Instant> start(Job job) {
        return startTime(job).or(() -> TimeText.parse(job.getMetadata().getCreationTimestamp()));
    }

    static Optional<Instant> startTime(Job job) {
        return Optional.ofNullable(job.getStatus()).flatMap(status -> TimeText.parse(status.getStartTime()));
    }

    static Optional<Instant> scheduledTime(Job job) {
        return TimeText.parse(job.getMetadata().getAnnotations().get(SCHEDULED_TIMESTAMP));
    }

    /** A run that only waited for the earlier run is late, but it is no catch-up run. */
    private static boolean catchesUp(Job job, Instant scheduled, ScheduledRuns scheduledRuns) {
        return TimeText.parse(job.getMetadata().getCreationTimestamp())
                        .filter(created -> created.isAfter(scheduled.plus(LATE)))
                        .isPresent()
                && !scheduledRuns.activeAt(scheduled);
    }

    /** Ignores annotation cronjob.kubernetes.io/instantiate: some tools create Jobs from CronJobs without it. */
    private static Trigger unscheduled(Job job) {
        if (TaskLabels.trigger(job).equals(Optional.of(Trigger.TRIAL.text()))) {
            return Trigger.TRIAL;
        }
        return job.getMetadata().getAnnotations().containsKey(RunRequest.DRY_RUN_REQUESTED)
                ? Trigger.DRY_RUN
                : Trigger.MANUAL;
    }
}
