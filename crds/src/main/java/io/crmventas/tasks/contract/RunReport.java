package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report of a run. The runner, or the container of an extra task, writes it to its termination log, and the
 * operator reads it. Times are RFC 3339 in UTC.
 *
 * @param version the version of this format, 1
 * @param task the value of {@code spec.task}
 * @param result how the run ended
 * @param reason a CamelCase word for machines, like the reason of a Kubernetes condition
 * @param message a sentence for people; never holds a secret
 * @param step the step that failed
 * @param now the time that the run used as the current time in all steps
 * @param startTime when the runner started
 * @param completionTime when it ended
 * @param dryRun whether the run rolled everything back
 * @param attempts number of attempts inside this pod
 * @param counts what the run did in the CRM; see {@link Counts}
 * @param steps the steps in the order in which they ran
 * @param warnings problems that did not stop the run but need a person's attention
 * @param database whether the run reached it: {@code connected}, {@code failed} or {@code unknown}
 * @param redis {@code disabled}, {@code available}, {@code unavailable} or {@code unknown}
 * @param usage processor time and memory of the run
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

    /** Returns a builder with this version of the format and only the result. */
    public static RunReportBuilder builder(String task, RunResult result) {
        return RunReportBuilder.builder().version(VERSION).task(task).result(result);
    }

    /** Returns a builder with the values of this report. */
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
