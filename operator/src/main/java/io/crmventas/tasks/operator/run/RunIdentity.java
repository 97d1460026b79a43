package io.crmventas.tasks.operator.run;

import io.crmventas.tasks.operator.resources.TaskLabels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which run it is.
 *
 * @param jobUid a Job's name can be used again; null when only that is left
 * @param scheduledTime the slot of a scheduled run
 * @param startTime when Kubernetes began with the Job
 */
public record RunIdentity(
        String jobName,
        @Nullable String jobUid,
        Trigger trigger,
        Optional<Instant> scheduledTime,
        Optional<Instant> startTime) {

    /** What started a run. */
    public enum Trigger {
        SCHEDULED("Scheduled"),
        /** A scheduled run that started late, for all the slots that were missed. */
        CATCH_UP("CatchUp"),
        MANUAL("Manual"),
        /** Made by the operator, to find out whether a task that paused itself works again. */
        PROBE("Probe");

        private final String text;

        Trigger(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** Whether the schedule started it. */
        public boolean scheduled() {
            return this == SCHEDULED || this == CATCH_UP;
        }

        /** Empty for a word that we do not know. */
        public static Optional<Trigger> of(@Nullable String text) {
            return Arrays.stream(values())
                    .filter(trigger -> trigger.text.equals(text))
                    .findFirst();
        }
    }

    /** Set by the CronJob controller, in the CronJob's time zone. */
    private static final String SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    /**
     * Kubernetes starts Jobs late by seconds, under a heavy load by a minute. A schedule of gaps no longer than this has
     * no catch-ups: what is started of it is never older.
     */
    private static final Duration LATE = Duration.ofMinutes(2);

    /** What the CronJob controller ends names in: the slot's minute since 1970. */
    private static final Pattern MINUTES = Pattern.compile("-([0-9]{7,9})");
    /** No run goes on that long: the number is a date, or whatever a person wrote behind the name. */
    private static final Duration OLDEST = Duration.ofDays(366);

    /**
     * Of a Job that is gone.
     *
     * @param lastSlot of all runs of the task: the name knows no seconds
     */
    public static RunIdentity named(String jobName, String cronJob, Optional<Instant> lastSlot, Instant now) {
        Matcher minutes = MINUTES.matcher(jobName.startsWith(cronJob) ? jobName.substring(cronJob.length()) : "");
        Optional<Instant> minute = minutes.matches()
                ? Optional.of(Instant.EPOCH.plus(Duration.ofMinutes(Long.parseLong(minutes.group(1)))))
                        .filter(slot -> slot.isAfter(now.minus(OLDEST)))
                : Optional.empty();
        return new RunIdentity(
                jobName,
                null,
                minute.isPresent() ? Trigger.SCHEDULED : Trigger.MANUAL,
                minute.map(slot -> lastSlot.filter(
                                last -> last.truncatedTo(ChronoUnit.MINUTES).equals(slot))
                        .orElse(slot)),
                Optional.empty());
    }

    static RunIdentity of(Job job, ScheduledRuns neighbours) {
        Optional<Instant> slot = slot(job);
        return new RunIdentity(
                job.getMetadata().getName(),
                job.getMetadata().getUid(),
                slot.map(due -> catchesUp(job, due, neighbours) ? Trigger.CATCH_UP : Trigger.SCHEDULED)
                        .orElseGet(() -> unscheduled(job)),
                slot,
                Optional.ofNullable(job.getStatus()).flatMap(status -> time(status.getStartTime())));
    }

    /** When Kubernetes began with the Job. A Job that waits for another controller has no such time yet. */
    static Optional<Instant> start(Job job) {
        return Optional.ofNullable(job.getStatus())
                .flatMap(status -> time(status.getStartTime()))
                .or(() -> time(job.getMetadata().getCreationTimestamp()));
    }

    static Optional<Instant> slot(Job job) {
        return Optional.ofNullable(job.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(SCHEDULED_TIMESTAMP))
                .flatMap(RunIdentity::offsetTime);
    }

    /** Not when it had to wait for the run before. */
    private static boolean catchesUp(Job job, Instant slot, ScheduledRuns neighbours) {
        return time(job.getMetadata().getCreationTimestamp())
                        .filter(created -> created.isAfter(slot.plus(LATE)))
                        .isPresent()
                && !neighbours.activeAt(slot);
    }

    /** Not by the annotation cronjob.kubernetes.io/instantiate: other tools make Jobs from CronJobs without it. */
    private static Trigger unscheduled(Job job) {
        return TaskLabels.trigger(job).equals(Optional.of(Trigger.PROBE.text())) ? Trigger.PROBE : Trigger.MANUAL;
    }

    /** As Kubernetes writes it; empty when it is no such text. */
    public static Optional<Instant> time(@Nullable String text) {
        return Optional.ofNullable(text).flatMap(RunIdentity::offsetTime);
    }

    private static Optional<Instant> offsetTime(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException foreign) {
            return Optional.empty();
        }
    }
}
