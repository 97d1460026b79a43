package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
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
    public static Builder builder(String task, RunResult result) {
        return new Builder(VERSION, task, result);
    }

    /** The same report, to be changed. */
    public Builder toBuilder() {
        return new Builder(version, task, result)
                .reason(reason)
                .message(message)
                .step(step)
                .now(now)
                .startTime(startTime)
                .completionTime(completionTime)
                .dryRun(dryRun)
                .attempts(attempts)
                .counts(counts)
                .steps(steps)
                .warnings(warnings)
                .database(database)
                .redis(redis)
                .usage(usage);
    }

    RunReport shortened(
            @Nullable String newMessage, @Nullable List<StepReport> newSteps, @Nullable List<String> newWarnings) {
        return toBuilder()
                .message(newMessage)
                .steps(newSteps)
                .warnings(newWarnings)
                .build();
    }

    /** Names each value, because many of them have the same type. */
    public static final class Builder {
        private final int version;
        private String task;
        private RunResult result;
        private @Nullable String reason;
        private @Nullable String message;
        private @Nullable String step;
        private @Nullable String now;
        private @Nullable String startTime;
        private @Nullable String completionTime;
        private boolean dryRun;
        private int attempts;
        private @Nullable Map<String, Long> counts;
        private @Nullable List<StepReport> steps;
        private @Nullable List<String> warnings;
        private @Nullable String database;
        private @Nullable String redis;
        private @Nullable Usage usage;

        private Builder(int version, String task, RunResult result) {
            this.version = version;
            this.task = task;
            this.result = result;
        }

        public Builder task(String value) {
            task = value;
            return this;
        }

        public Builder result(RunResult value) {
            result = value;
            return this;
        }

        public Builder reason(@Nullable String value) {
            reason = value;
            return this;
        }

        public Builder message(@Nullable String value) {
            message = value;
            return this;
        }

        public Builder step(@Nullable String value) {
            step = value;
            return this;
        }

        public Builder now(@Nullable String value) {
            now = value;
            return this;
        }

        public Builder startTime(@Nullable String value) {
            startTime = value;
            return this;
        }

        public Builder completionTime(@Nullable String value) {
            completionTime = value;
            return this;
        }

        public Builder dryRun(boolean value) {
            dryRun = value;
            return this;
        }

        public Builder attempts(int value) {
            attempts = value;
            return this;
        }

        public Builder counts(@Nullable Map<String, Long> value) {
            counts = value;
            return this;
        }

        public Builder steps(@Nullable List<StepReport> value) {
            steps = value;
            return this;
        }

        public Builder warnings(@Nullable List<String> value) {
            warnings = value;
            return this;
        }

        public Builder database(@Nullable String value) {
            database = value;
            return this;
        }

        public Builder redis(@Nullable String value) {
            redis = value;
            return this;
        }

        public Builder usage(@Nullable Usage value) {
            usage = value;
            return this;
        }

        public RunReport build() {
            return new RunReport(
                    version,
                    task,
                    result,
                    reason,
                    message,
                    step,
                    now,
                    startTime,
                    completionTime,
                    dryRun,
                    attempts,
                    counts,
                    steps,
                    warnings,
                    database,
                    redis,
                    usage);
        }
    }
}
