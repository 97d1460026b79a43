package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/** Names how a run ended. The names are the values in {@code status.lastRun.result}. */
public enum RunResult {
    /** The run did all its work and committed it. */
    @JsonProperty("Succeeded")
    SUCCEEDED("Succeeded"),
    /** The run succeeded, and there was nothing to do. */
    @JsonProperty("NoWork")
    NO_WORK("NoWork"),
    /** The run committed a part of its work, and another part failed. The next run does the rest. */
    @JsonProperty("Partial")
    PARTIAL("Partial"),
    @JsonProperty("Failed")
    FAILED("Failed"),
    /** Another run of the same task held the lock, so this run did nothing. That is no failure. */
    @JsonProperty("SkippedLocked")
    SKIPPED_LOCKED("SkippedLocked"),
    /** The run started after its deadline, so it did nothing. */
    @JsonProperty("SkippedLate")
    SKIPPED_LATE("SkippedLate"),
    /** Kubernetes holds no proof of the result: the pod is deleted and left no report. */
    @JsonProperty("Unknown")
    UNKNOWN("Unknown");

    private final String text;

    RunResult(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Returns {@link #UNKNOWN} for a result of a newer or a foreign runner. */
    @JsonCreator
    public static RunResult of(String text) {
        return Arrays.stream(values())
                .filter(result -> result.text.equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }

    public boolean success() {
        return this == SUCCEEDED || this == NO_WORK;
    }

    public boolean failure() {
        return this == FAILED || this == PARTIAL;
    }

    @Override
    public String toString() {
        return text;
    }
}
