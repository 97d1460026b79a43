package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operator knows. Nothing in it ticks: it is written only when something happened. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record CrmScheduledTaskStatus(
        @JsonPropertyDescription("metadata.generation that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("One word for the task: Scheduled, Running, Failing (the last run failed), Stale (no"
                + " success in time), Disabled, Paused, Waiting (for its preflight) or Stalled (something keeps it or"
                + " its run back).")
        @Nullable
        TaskState state,

        @JsonPropertyDescription(
                "Why, as one word: the reason of the condition that decides over state. For a task that"
                        + " was disabled or paused: why its last run failed, if it did.")
        @Nullable
        String stateReason,

        @JsonPropertyDescription("Ready: accepted and scheduled. Reconciling and Stalled: the operator is at it, or"
                + " waits for a person. Suspended: no scheduled run will start. Running: a run is active."
                + " LastRunSucceeded: how the last finished run ended. Fresh: the last success is recent enough."
                + " Preflight: the database was found fit for the task.")
        @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("Schedule of the CronJob, as compiled from interval or schedule.") @Nullable
        String schedule,

        @JsonPropertyDescription("Time zone in which schedule is read.") @Nullable
        String timeZone,

        @JsonPropertyDescription("Name of the CronJob in the same namespace.") @Nullable
        String cronJobName,

        @JsonPropertyDescription("When Kubernetes last started a scheduled run (RFC 3339).") @Nullable
        String lastScheduleTime,

        @JsonPropertyDescription(
                "When the next scheduled run is due (RFC 3339, with the offset of timeZone at that time);"
                        + " absent while suspended.")
        @Nullable
        String nextRunTime,

        @JsonPropertyDescription("Jobs that run now.") @Nullable
        List<String> active,

        @JsonPropertyDescription("Why an active run does not continue; absent while nothing keeps one back.") @Nullable
        HeldRun heldRun,

        @JsonPropertyDescription("The last finished run.") @Nullable
        Run lastRun,

        @JsonPropertyDescription("End of the last successful run (RFC 3339).") @Nullable
        String lastSuccessTime,

        @JsonPropertyDescription("End of the last failed run (RFC 3339).") @Nullable
        String lastFailureTime,

        @JsonPropertyDescription("Failed scheduled runs since the last success.")
        @Nullable
        @JsonDeserialize(using = StoredInteger.class)
        Integer consecutiveFailures,

        @JsonPropertyDescription("The last value of annotation crmventas.io/run-requested that was acted on.") @Nullable
        String lastHandledRunRequest,

        @JsonPropertyDescription("The last value of annotation crmventas.io/dry-run-requested that was acted on.")
        @Nullable
        String lastHandledDryRunRequest,

        @JsonPropertyDescription("The last 20 requests for a run that were acted on, the newest first. A token that is"
                + " in this list is never acted on again: another run needs another token.")
        @Nullable
        List<HandledRequest> runRequests,

        @JsonPropertyDescription("What was counted since the task was made.") @Nullable
        Counters counters,

        @JsonPropertyDescription("Finished runs, the newest first.") @Nullable
        List<RunEntry> history,

        @JsonPropertyDescription("Who stopped the task, beside its spec, and until when.") @Nullable
        Pause pause,

        @JsonPropertyDescription("The last check of the database for this task.") @Nullable
        Preflight preflight,

        @JsonPropertyDescription("Set while the task has paused itself after too many failures.") @Nullable
        Breaker breaker,

        @JsonPropertyDescription("Starts up to here are accounted for, as runs, missed or skipped (RFC 3339).")
        @Nullable
        String startsCountedUntil,

        @JsonPropertyDescription("By when a success is due; absent while condition Fresh is not True.") @Nullable
        FreshPeriod freshPeriod,

        @JsonPropertyDescription("Webhook messages that are not delivered yet, the oldest first.") @Nullable
        List<PendingNotification> notifications) {

    /** The request with that token, as far as the list goes back. */
    public Optional<HandledRequest> handledRequest(String token, boolean dryRun) {
        return runRequests == null
                ? Optional.empty()
                : runRequests.stream()
                        .filter(request ->
                                request.token().equals(token) && Boolean.TRUE.equals(request.dryRun()) == dryRun)
                        .findFirst();
    }

    /** The token of the last request of that kind that was acted on. */
    public @Nullable String lastHandledRequest(boolean dryRun) {
        return dryRun ? lastHandledDryRunRequest : lastHandledRunRequest;
    }

    public CrmScheduledTaskStatusBuilder toBuilder() {
        return CrmScheduledTaskStatusBuilder.builder(this);
    }

    /** A message about a change of outcome. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PendingNotification(
            @JsonPropertyDescription("The same for each delivery of this message.")
            String id,

            @JsonPropertyDescription("failed, recovered, stale, fresh, paused or resumed.")
            String kind,

            @JsonPropertyDescription("When the outcome changed (RFC 3339).")
            String time,

            @JsonPropertyDescription("Why, as one word.") String reason,

            @JsonPropertyDescription("Why, as a sentence.") String message) {}

    /** A wish for a run, and what became of it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HandledRequest(
            @JsonPropertyDescription(
                    "Value of annotation crmventas.io/run-requested or crmventas.io/dry-run-requested.")
            String token,

            @JsonPropertyDescription("When it was acted on (RFC 3339).") @Nullable
            String handledTime,

            @JsonPropertyDescription("True: a dry run was asked for.") @Nullable
            Boolean dryRun,

            @JsonPropertyDescription("Job that was started; absent if the request was refused.") @Nullable
            String jobName,

            @JsonPropertyDescription("Why it was refused, as one word; absent if a Job was started.") @Nullable
            String reason,

            @JsonPropertyDescription("Why it was refused, and what to do.") @Nullable
            String message) {

        /** The status keeps some of them. */
        public static final int LONGEST_TOKEN = 253;
    }

    /** All are there once one is. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Counters(
            @JsonPropertyDescription("Finished runs, scheduled or not; dry runs are not counted.")
            long runs,

            @JsonPropertyDescription("Of these, Succeeded and NoWork.")
            long succeeded,

            @JsonPropertyDescription("Of these, Failed and Partial.")
            long failed,

            @JsonPropertyDescription("Starts that were due and never came.")
            long missed,

            @JsonPropertyDescription("Starts left out because a run was still going on.")
            long skipped) {
        public static final Counters ZERO = new Counters(0, 0, 0, 0, 0);

        public Counters plusStarts(long missedOnes, long skippedOnes) {
            return new Counters(runs, succeeded, failed, missed + missedOnes, skipped + skippedOnes);
        }
    }

    /** A run that waits for something outside of it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HeldRun(
            @JsonPropertyDescription("Job of the run.") String jobName,

            @JsonPropertyDescription("Why it does not continue, as one word.")
            String reason,

            @JsonPropertyDescription("What Kubernetes reports about it.")
            String detail) {}

    /** Short form of a {@link Run}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunEntry(
            @JsonPropertyDescription("Job that ran it.") String jobName,

            @JsonPropertyDescription("What started it.") @Nullable
            String trigger,

            @JsonPropertyDescription("When it was due (RFC 3339).") @Nullable
            String scheduledTime,

            @JsonPropertyDescription("When it ended (RFC 3339).") @Nullable
            String completionTime,

            @JsonPropertyDescription("How long it took, in seconds.") @Nullable
            Double durationSeconds,

            @JsonPropertyDescription("How it ended.") String result,

            @JsonPropertyDescription("Why, as one word.") @Nullable
            String reason) {}

    /** A stop that is not in the spec, so that GitOps does not undo it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pause(
            @JsonPropertyDescription("Who paused it.") @Nullable
            String by,

            @JsonPropertyDescription("Why.") @Nullable String reason,

            @JsonPropertyDescription("Since when (RFC 3339).")
            String since,

            @JsonPropertyDescription("Until when (RFC 3339); absent: until a person resumes it.") @Nullable
            String until,

            @JsonPropertyDescription("Task: this one. Operator: all of them. Breaker: it paused itself.")
            String source) {}

    /** Outcome of a preflight Job. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RecordBuilder
    public record Preflight(
            @JsonPropertyDescription("Job that checked.") String jobName,

            @JsonPropertyDescription("Hash of what was checked: task, parameters, database and image.")
            String specHash,

            @JsonPropertyDescription("Succeeded, Failed or Unknown; absent while it runs.") @Nullable
            String result,

            @JsonPropertyDescription("Why, as one word.") @Nullable
            String reason,

            @JsonPropertyDescription("What was found.") @Nullable
            String message,

            @JsonPropertyDescription("When it ended (RFC 3339).") @Nullable
            String completionTime,

            @JsonPropertyDescription("Checks of this spec so far.") @JsonDeserialize(using = StoredInteger.OrZero.class)
            int attempts,

            @JsonPropertyDescription("The last result that was no Unknown: it holds while a changed task is checked.")
            @Nullable
            String verdict) {}

    /** Of spec.freshness and the schedule. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FreshPeriod(
            @JsonPropertyDescription(
                    "The last success, or when the task was created, edited or resumed if that is later"
                            + " (RFC 3339).")
            String countedFrom,

            @JsonPropertyDescription("When condition Fresh turns False unless a run succeeds (RFC 3339).")
            String until) {}

    /** State of the self-pause. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Breaker(
            @JsonPropertyDescription("Since when the task is paused (RFC 3339).")
            String openedTime,

            @JsonPropertyDescription("Trial runs since then.") @JsonDeserialize(using = StoredInteger.OrZero.class)
            int trialRuns,

            @JsonPropertyDescription("When the next trial run is due (RFC 3339).") @Nullable
            String nextTrialTime,

            @JsonPropertyDescription(
                    "Value of annotation crmventas.io/resume-requested when the task paused itself; only"
                            + " another one resumes it.")
            @Nullable
            String resumeRequest,

            @JsonPropertyDescription("Why Kubernetes refused the last trial run; absent after one has started.")
            @Nullable
            String refusal) {}
}
