package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds what the Job, the pod and the report of a finished run show. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Run(
        @Required @JsonPropertyDescription("Name of the run's Job.")
        String jobName,

        @JsonPropertyDescription("UID of the Job. A later Job can have the same name, but not the same UID.") @Nullable
        String jobUid,

        @JsonPropertyDescription(
                "What started the run: Scheduled, Manual (a person), DryRun (a person, and the run rolled"
                        + " everything back), CatchUp (one late run for all missed scheduled times) or Trial (a trial run after"
                        + " the task paused itself).")
        @Nullable
        String trigger,

        @JsonPropertyDescription("Scheduled time of the run (RFC 3339). Absent for a run that no schedule started.")
        @Nullable
        @StoredTime
        Instant scheduledTime,

        @JsonPropertyDescription("When the Job started (RFC 3339).") @Nullable @StoredTime
        Instant startTime,

        @JsonPropertyDescription("When the run ended (RFC 3339).") @Nullable @StoredTime
        Instant completionTime,

        @JsonPropertyDescription("Duration of the run in seconds, as the runner measured it. Without a report it is the"
                + " duration of the Job.")
        @Nullable
        Double durationSeconds,

        @JsonPropertyDescription("Number of attempts, over all pods of the run.") @Nullable
        Integer attempts,

        @Required
        @JsonPropertyDescription(
                "Succeeded, NoWork (there was nothing to do), Partial (the next run does the rest), Failed,"
                        + " SkippedLocked (another run held the lock), SkippedLate (it started too late) or Unknown"
                        + " (Kubernetes holds no proof of the result).")
        String result,

        @JsonPropertyDescription("Why the run ended with this result, in one CamelCase word for programs.") @Nullable
        String reason,

        @JsonPropertyDescription("Why the run ended with this result, in sentences for people.") @Nullable
        String message,

        @JsonPropertyDescription("What a person can do about the result.") @Nullable
        String remedy,

        @JsonPropertyDescription("Name of the step that failed.") @Nullable
        String step,

        @JsonPropertyDescription(
                "What the run did in the CRM, as numbers by name, for example notificationsDeleted: 12.")
        @Nullable
        Map<String, Long> counts,

        @JsonPropertyDescription("Problems that did not stop the run but need a person's attention.") @Nullable
        List<String> warnings,

        @JsonPropertyDescription("Whether the run reached the CRM's database: connected, failed or unknown.") @Nullable
        String database,

        @JsonPropertyDescription("Whether the run reached Redis: disabled, available, unavailable or unknown.")
        @Nullable
        String redis,

        @JsonPropertyDescription("Processor time and memory of the run, as the runner measured them.") @Nullable
        Usage usage) {

    /** The resource use of the runner's process, without the rest of the pod. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Usage(
            @JsonPropertyDescription("Processor time of the runner's process in seconds.")
            double cpuSeconds,

            @JsonPropertyDescription("Largest resident memory of the runner's process in bytes.")
            long peakMemoryBytes) {}
}
