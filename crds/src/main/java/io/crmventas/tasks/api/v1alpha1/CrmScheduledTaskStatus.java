package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds what the operator has observed. No value changes with time alone, so the operator writes only changes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RecordBuilder
public record CrmScheduledTaskStatus(
        @JsonPropertyDescription("The metadata.generation of the spec that this status describes.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("The task in one word: Scheduled, Running, Failing (the last run failed), Stale (no"
                + " run succeeded in the time that spec.freshness allows), Disabled, Paused, Waiting (for its preflight,"
                + " for a queue, or until Kubernetes has deleted an earlier CronJob) or Stalled (the task cannot be scheduled or its"
                + " active run does not continue; condition Ready or Running has the cause).")
        @Nullable
        TaskState state,

        @JsonPropertyDescription(
                "The cause of state in one CamelCase word: the reason of the condition that decides state. If that"
                        + " word only repeats state and the last run failed, this is the reason of the failure.")
        @Nullable
        String stateReason,

        @JsonPropertyDescription("Conditions of the task. Ready: the operator accepts the task, its CronJob is in"
                + " place, and Kubernetes creates its Jobs and pods. Reconciling: the operator repeats a failed call, or"
                + " waits for the preflight or for a deletion; present only while True. Stalled: a person must edit this"
                + " resource; present only while True. Suspended: no scheduled run starts. Running: a run is active."
                + " LastRunSucceeded: the last run that did any work succeeded. Fresh: a run succeeded in the time that"
                + " spec.freshness allows. Preflight: the last preflight found the task able to run.")
        List<Condition> conditions,

        @JsonPropertyDescription(
                "Schedule of the CronJob, which the operator computes from spec.interval or spec.schedule.")
        @Nullable
        String schedule,

        @JsonPropertyDescription("IANA time zone of the schedule.") @Nullable
        String timeZone,

        @JsonPropertyDescription("Name of the CronJob in the same namespace.") @Nullable
        String cronJobName,

        @JsonPropertyDescription("Scheduled time of the newest scheduled run (RFC 3339).") @Nullable @StoredTime
        Instant lastScheduleTime,

        @JsonPropertyDescription(
                "Scheduled time of the next run (RFC 3339, with the offset of timeZone at that time). Absent while"
                        + " the task is suspended.")
        @Nullable
        String nextRunTime,

        @JsonPropertyDescription("Names of the Jobs of all active runs.")
        List<String> active,

        @JsonPropertyDescription("Why an active run does not continue. Absent while every active run continues.")
        @Nullable
        HeldRun heldRun,

        @JsonPropertyDescription("The last finished run, without dry runs.") @Nullable
        Run lastRun,

        @JsonPropertyDescription("The last finished dry run. Its counts are what a real run would have done.") @Nullable
        Run lastDryRun,

        @JsonPropertyDescription("When the last successful run ended (RFC 3339).") @Nullable @StoredTime
        Instant lastSuccessTime,

        @JsonPropertyDescription("When the last failed run ended (RFC 3339).") @Nullable @StoredTime
        Instant lastFailureTime,

        @JsonPropertyDescription(
                "Number of scheduled runs that failed since the last successful scheduled run, or since the"
                        + " task resumed after it had paused itself.")
        @Nullable
        Integer consecutiveFailures,

        @JsonPropertyDescription("The last value of annotation crmventas.io/run-requested that the operator handled.")
        @Nullable
        String lastHandledRunRequest,

        @JsonPropertyDescription(
                "The last value of annotation crmventas.io/dry-run-requested that the operator handled.")
        @Nullable
        String lastHandledDryRunRequest,

        @JsonPropertyDescription("The last 20 requests for a run that the operator handled, the newest first. The"
                + " operator ignores a token that is in this list: request another run with another token.")
        List<HandledRequest> runRequests,

        @JsonPropertyDescription("Totals since the task was created.") @Nullable
        Counters counters,

        @JsonPropertyDescription(
                "The last finished runs, the newest first; spec.history.entries limits their number. Dry"
                        + " runs are not listed.")
        List<RunEntry> history,

        @JsonPropertyDescription(
                "The pause of the task: who paused it, why and until when. Absent while the task is not" + " paused.")
        @Nullable
        Pause pause,

        @JsonPropertyDescription("The last preflight: a Job that checks whether the task can run.") @Nullable
        Preflight preflight,

        @JsonPropertyDescription(
                "The circuit breaker. Present while the task has paused itself after too many failures in a" + " row.")
        @Nullable
        Breaker breaker,

        @JsonPropertyDescription(
                "Scheduled times up to this time are counted as started, missed or skipped (RFC 3339).")
        @Nullable
        @StoredTime
        Instant startsCountedUntil,

        @JsonPropertyDescription("The period in which a run must succeed. Absent while condition Fresh is not True.")
        @Nullable
        FreshPeriod freshPeriod,

        @JsonPropertyDescription("Webhook notifications that are not delivered yet, the oldest first.")
        List<PendingNotification> notifications) {

    /** A list that the resource lacks is empty, and the resource lacks an empty list. */
    public CrmScheduledTaskStatus {
        conditions = Objects.requireNonNullElse(conditions, List.of());
        active = Objects.requireNonNullElse(active, List.of());
        runRequests = Objects.requireNonNullElse(runRequests, List.of());
        history = Objects.requireNonNullElse(history, List.of());
        notifications = Objects.requireNonNullElse(notifications, List.of());
    }

    /** The status of a task before the operator has written one. */
    public static final CrmScheduledTaskStatus EMPTY =
            CrmScheduledTaskStatusBuilder.builder().build();

    public Optional<Condition> condition(String type) {
        return Condition.find(conditions, type);
    }

    /** Returns whether the condition of that type is True. */
    public boolean isTrue(String type) {
        return condition(type).filter(found -> found.status().equals("True")).isPresent();
    }

    /** Returns the request with that token, if the list still holds it. */
    public Optional<HandledRequest> handledRequest(String token, boolean dryRun) {
        return runRequests.stream()
                .filter(request -> request.token().equals(token) && Boolean.TRUE.equals(request.dryRun()) == dryRun)
                .findFirst();
    }

    /** Returns whether a person requested that Job for a dry run. */
    public boolean dryRun(String jobName) {
        return runRequests.stream()
                .anyMatch(request -> jobName.equals(request.jobName()) && Boolean.TRUE.equals(request.dryRun()));
    }

    /** Returns the token of the last request of that kind that the operator handled. */
    public @Nullable String lastHandledRequest(boolean dryRun) {
        return dryRun ? lastHandledDryRunRequest : lastHandledRunRequest;
    }

    public CrmScheduledTaskStatusBuilder toBuilder() {
        return CrmScheduledTaskStatusBuilder.builder(this);
    }

    /** A webhook notification about a change of outcome. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PendingNotification(
            @Required @JsonPropertyDescription("ID of the notification, the same for each delivery.")
            String id,

            @Required @JsonPropertyDescription("Kind of change: failed, recovered, stale, fresh, paused or resumed.")
            String kind,

            @Required @JsonPropertyDescription("When the outcome changed (RFC 3339).") @StoredTime
            Instant time,

            @Required @JsonPropertyDescription("The cause in one CamelCase word.")
            String reason,

            @Required @JsonPropertyDescription("The cause in a sentence.")
            String message) {}

    /** A request for a run, and how the operator handled it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HandledRequest(
            @Required
            @JsonPropertyDescription("Token of the request: the value of annotation crmventas.io/run-requested or"
                    + " crmventas.io/dry-run-requested.")
            String token,

            @JsonPropertyDescription("When the operator handled the request (RFC 3339).") @Nullable @StoredTime
            Instant handledTime,

            @JsonPropertyDescription("True if the request is for a dry run.") @Nullable
            Boolean dryRun,

            @JsonPropertyDescription(
                    "Name of the Job that the operator created. Absent if the operator refused the request.")
            @Nullable
            String jobName,

            @JsonPropertyDescription(
                    "Why the operator refused the request, in one CamelCase word. Absent if it created a Job.")
            @Nullable
            String reason,

            @JsonPropertyDescription(
                    "Why the operator refused the request, and what to do. Absent if it created a Job.")
            @Nullable
            String message) {

        /** The status keeps several tokens, so their length in characters has a limit. */
        public static final int LONGEST_TOKEN = 253;
    }

    /** The totals of the task. Every field is present once one is counted. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Counters(
            @JsonPropertyDescription("Finished runs, scheduled or not. Dry runs are not counted.")
            long runs,

            @JsonPropertyDescription("Runs with the result Succeeded or NoWork.")
            long succeeded,

            @JsonPropertyDescription("Runs with the result Failed or Partial.")
            long failed,

            @JsonPropertyDescription("Scheduled times that passed without a run, although no other run was active.")
            long missed,

            @JsonPropertyDescription("Scheduled times that passed without a run, because another run was active.")
            long skipped) {
        public static final Counters ZERO = new Counters(0, 0, 0, 0, 0);

        public Counters plusStarts(long missedOnes, long skippedOnes) {
            return new Counters(runs, succeeded, failed, missed + missedOnes, skipped + skippedOnes);
        }
    }

    /** An active run that does not continue, and why. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HeldRun(
            @Required @JsonPropertyDescription("Name of the run's Job.")
            String jobName,

            @Required @JsonPropertyDescription("Why the run does not continue, in one CamelCase word.")
            String reason,

            @Required @JsonPropertyDescription("What Kubernetes reports about the run, as a sentence.")
            String detail) {}

    /** Short form of a {@link Run}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunEntry(
            @Required @JsonPropertyDescription("Name of the run's Job.")
            String jobName,

            @JsonPropertyDescription("What started the run: Scheduled, Manual, CatchUp or Trial.") @Nullable
            String trigger,

            @JsonPropertyDescription("Scheduled time of the run (RFC 3339). Absent for a run that no schedule started.")
            @Nullable
            @StoredTime
            Instant scheduledTime,

            @JsonPropertyDescription("When the run ended (RFC 3339).") @Nullable @StoredTime
            Instant completionTime,

            @JsonPropertyDescription("Duration of the run in seconds.") @Nullable
            Double durationSeconds,

            @Required @JsonPropertyDescription("Result of the run: one of the values of lastRun.result.")
            String result,

            @JsonPropertyDescription("Why the run ended with this result, in one CamelCase word.") @Nullable
            String reason) {}

    /** A pause. It is not part of the spec, so GitOps tools do not undo it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pause(
            @JsonPropertyDescription("Who paused the task, as the pause names it.") @Nullable
            String by,

            @JsonPropertyDescription("Why the task is paused.") @Nullable
            String reason,

            @Required @JsonPropertyDescription("When the pause began (RFC 3339).") @StoredTime
            Instant since,

            @JsonPropertyDescription("When the pause ends by itself (RFC 3339). Absent if only a person can end it.")
            @Nullable
            @StoredTime
            Instant until,

            @Required
            @JsonPropertyDescription(
                    "What paused the task. Task: the task's annotation crmventas.io/paused. Operator: the pause"
                            + " of all tasks. Breaker: the task itself, after too many failures.")
            String source) {}

    /** Outcome of a preflight Job. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RecordBuilder
    public record Preflight(
            @Required @JsonPropertyDescription("Name of the preflight's Job.")
            String jobName,

            @Required
            @JsonPropertyDescription(
                    "Hash of everything that the preflight depends on: task, parameters, database, image and"
                            + " the operator's settings for them.")
            String specHash,

            @JsonPropertyDescription("Succeeded, Failed or Unknown. Absent while the preflight runs.") @Nullable
            String result,

            @JsonPropertyDescription("The cause of a result that is not Succeeded, in one CamelCase word.") @Nullable
            String reason,

            @JsonPropertyDescription("What the preflight found, in sentences.") @Nullable
            String message,

            @JsonPropertyDescription("When the preflight ended (RFC 3339).") @Nullable @StoredTime
            Instant completionTime,

            @JsonPropertyDescription("Number of this preflight among those with the same specHash, counted from 1.")
            int attempts,

            @JsonPropertyDescription(
                    "The last result that was Succeeded or Failed. It decides whether scheduled runs start while"
                            + " the preflight repeats after a change of the operator's settings, such as the image. An edit of"
                            + " the task that changes specHash removes it.")
            @Nullable
            String verdict) {}

    /** The period that spec.freshness and the schedule allow until the next success. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FreshPeriod(
            @Required
            @JsonPropertyDescription(
                    "Start of the period (RFC 3339): the last success, or a later time at which the task was"
                            + " created, edited or resumed.")
            @StoredTime
            Instant countedFrom,

            @Required
            @JsonPropertyDescription(
                    "End of the period (RFC 3339): condition Fresh then turns False unless a run succeeds" + " before.")
            @StoredTime
            Instant until) {}

    /** State of the circuit breaker. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RecordBuilder
    public record Breaker(
            @Required @JsonPropertyDescription("When the task paused itself (RFC 3339).") @StoredTime
            Instant openedTime,

            @JsonPropertyDescription("Number of trial runs since openedTime.")
            int trialRuns,

            @JsonPropertyDescription("When the operator starts the next trial run (RFC 3339).") @Nullable @StoredTime
            Instant nextTrialTime,

            @JsonPropertyDescription(
                    "Value that annotation crmventas.io/resume-requested had when the task paused itself. Another"
                            + " value resumes the task at once.")
            @Nullable
            String resumeRequest,

            @JsonPropertyDescription("Why Kubernetes refused the last trial run. Absent after a trial run has started.")
            @Nullable
            String refusal) {}
}
