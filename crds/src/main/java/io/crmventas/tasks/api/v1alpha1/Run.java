package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finished run, as its Job, its pod and its report show it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Run(
        @JsonPropertyDescription("Job that ran it.") String jobName,

        @JsonPropertyDescription("UID of the Job: a name can be used again.") @Nullable
        String jobUid,

        @JsonPropertyDescription("What started it: Scheduled, Manual, CatchUp (a late run for what was missed)"
                + " or Trial (the task had paused itself).")
        @Nullable
        String trigger,

        @JsonPropertyDescription("When a scheduled run was due (RFC 3339).") @Nullable
        String scheduledTime,

        @JsonPropertyDescription("When the Job started (RFC 3339).") @Nullable
        String startTime,

        @JsonPropertyDescription("When the run ended (RFC 3339).") @Nullable
        String completionTime,

        @JsonPropertyDescription("From start to end, in seconds, as the runner measured it where it could.") @Nullable
        Double durationSeconds,

        @JsonPropertyDescription("Tries of the work, over all pods.")
        @Nullable
        @JsonDeserialize(using = StoredInteger.class)
        Integer attempts,

        @JsonPropertyDescription(
                "Succeeded, NoWork, Partial, Failed, SkippedLocked, SkippedLate, or Unknown when the result cannot be known.")
        String result,

        @JsonPropertyDescription("Why, as one word for machines.") @Nullable
        String reason,

        @JsonPropertyDescription("Why, as a sentence for people.") @Nullable
        String message,

        @JsonPropertyDescription("What to do about it.") @Nullable
        String remedy,

        @JsonPropertyDescription("Which step failed.") @Nullable
        String step,

        @JsonPropertyDescription("What the run did to the CRM, by name.") @Nullable
        Map<String, Long> counts,

        @JsonPropertyDescription("True when everything was rolled back: counts say what would have been done.")
        @Nullable
        Boolean dryRun,

        @JsonPropertyDescription("What a person should look at although the run continued.") @Nullable
        List<String> warnings,

        @JsonPropertyDescription("The CRM's database as this run saw it: connected, failed or unknown.") @Nullable
        String database,

        @JsonPropertyDescription("Redis as this run saw it: disabled, available, unavailable or unknown.") @Nullable
        String redis,

        @JsonPropertyDescription("What the run cost, as the runner measured it.") @Nullable
        Usage usage) {

    /** Of the runner's process, not of the pod. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Usage(
            @JsonPropertyDescription("Processor time in seconds.")
            double cpuSeconds,

            @JsonPropertyDescription("Largest resident set, in bytes.")
            long peakMemoryBytes) {}
}
