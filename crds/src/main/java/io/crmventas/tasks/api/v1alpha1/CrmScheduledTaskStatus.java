package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator knows. Nothing in it ticks: it is written only when something happened. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CrmScheduledTaskStatus(
        @JsonPropertyDescription("metadata.generation that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready: accepted and scheduled. Suspended: no scheduled run will start."
                + " LastRunSucceeded: how the last finished run ended.")
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

        @JsonPropertyDescription("When the next scheduled run is due (RFC 3339); absent while suspended.") @Nullable
        String nextRunTime,

        @JsonPropertyDescription("Jobs that run now.") @Nullable
        List<String> active,

        @JsonPropertyDescription("The last finished run.") @Nullable
        Run lastRun,

        @JsonPropertyDescription("End of the last successful run (RFC 3339).") @Nullable
        String lastSuccessTime,

        @JsonPropertyDescription("End of the last failed run (RFC 3339).") @Nullable
        String lastFailureTime,

        @JsonPropertyDescription("Failed scheduled runs since the last success.") @Nullable
        Integer consecutiveFailures,

        @JsonPropertyDescription("The last value of annotation crmventas.io/run-requested that was acted on.") @Nullable
        String lastHandledRunRequest) {}
