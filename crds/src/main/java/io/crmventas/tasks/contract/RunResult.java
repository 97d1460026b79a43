package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/** How a run ended. The names are the values in {@code status.lastRun.result}. */
public enum RunResult {
    /** Everything that had to be done is committed. */
    @JsonProperty("Succeeded")
    SUCCEEDED("Succeeded"),
    /** Succeeded, and there was nothing to do. */
    @JsonProperty("NoWork")
    NO_WORK("NoWork"),
    /** A part is committed, another failed; the next run does the rest. */
    @JsonProperty("Partial")
    PARTIAL("Partial"),
    @JsonProperty("Failed")
    FAILED("Failed"),
    /** Another run of the same task held the lock: nothing was done, nothing is wrong. */
    @JsonProperty("SkippedLocked")
    SKIPPED_LOCKED("SkippedLocked"),
    /** The run came too late to be worth doing. */
    @JsonProperty("SkippedLate")
    SKIPPED_LATE("SkippedLate"),
    /** The result cannot be known: the pod is gone and left no report. */
    @JsonProperty("Unknown")
    UNKNOWN("Unknown");

    private final String text;

    RunResult(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** A result that a newer or foreign runner invented is one we do not know. */
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
