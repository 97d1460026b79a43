package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run says of itself: written by the runner (or any container that wants to be a task) to its termination
 * log, read by the operator. Times are RFC 3339 in UTC.
 *
 * @param version of this format; 1
 * @param task as in {@code spec.task}
 * @param result how the run ended
 * @param reason CamelCase word for machines, as in a Kubernetes condition
 * @param message a sentence for people; never holds a secret
 * @param step the step that failed
 * @param now the instant that the whole run worked with
 * @param startTime when the runner began
 * @param completionTime when it ended
 * @param dryRun everything was rolled back
 * @param attempts how many times the work was tried inside this pod
 * @param counts what was done to the CRM; see {@link Counts}
 * @param steps in the order they ran
 * @param warnings what a person should look at although the run continued
 * @param database as this run saw it: {@code connected}, {@code failed} or {@code unknown}
 * @param redis {@code disabled}, {@code available}, {@code unavailable} or {@code unknown}
 * @param usage what the run cost
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RecordBuilder
public record RunReport(
        int version,
        String task,
        RunResult result,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String step,
        @Nullable String now,
        @Nullable String startTime,
        @Nullable String completionTime,
        boolean dryRun,
        int attempts,
        @Nullable Map<String, Long> counts,
        @Nullable List<StepReport> steps,
        @Nullable List<String> warnings,
        @Nullable String database,
        @Nullable String redis,
        @Nullable Usage usage) {

    public static final int VERSION = 1;

    /**
     * @param cpuMillis processor time of the process
     * @param peakMemoryBytes largest resident set (VmHWM)
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Usage(long cpuMillis, long peakMemoryBytes) {}

    /** A report of this format's version, with nothing but how the run ended. */
    public static RunReportBuilder builder(String task, RunResult result) {
        return RunReportBuilder.builder().version(VERSION).task(task).result(result);
    }

    /** The same report, to be changed. */
    public RunReportBuilder toBuilder() {
        return RunReportBuilder.builder(this);
    }

    RunReport shortened(
            @Nullable String newMessage, @Nullable List<StepReport> newSteps, @Nullable List<String> newWarnings) {
        return toBuilder()
                .message(newMessage)
                .steps(newSteps)
                .warnings(newWarnings)
                .build();
    }
}
