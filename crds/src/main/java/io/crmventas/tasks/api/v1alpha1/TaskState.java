package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Names the word in column STATE. Scheduled and Running mean that the task starts scheduled runs. */
public enum TaskState {
    /** The next scheduled run starts at status.nextRunTime. */
    @JsonProperty("Scheduled")
    SCHEDULED("Scheduled"),
    /** A run is active. */
    @JsonProperty("Running")
    RUNNING("Running"),
    /** The last run failed. Scheduled runs continue. */
    @JsonProperty("Failing")
    FAILING("Failing"),
    /** No run succeeded in the time that spec.freshness allows. */
    @JsonProperty("Stale")
    STALE("Stale"),
    /** spec.enabled, or the operator's setting, is false. */
    @JsonProperty("Disabled")
    DISABLED("Disabled"),
    /** A person paused the task, or it paused itself after too many failures. */
    @JsonProperty("Paused")
    PAUSED("Paused"),
    /** The task waits for its preflight, its run waits for a queue, or Kubernetes deletes an earlier CronJob. */
    @JsonProperty("Waiting")
    WAITING("Waiting"),
    /** An obstacle blocks the task or its active run. Condition Ready or Running names it. */
    @JsonProperty("Stalled")
    STALLED("Stalled");

    private final String text;

    TaskState(String text) {
        this.text = text;
    }

    /** Returns the form that the status stores. */
    public String text() {
        return text;
    }

    /** Returns null for a state of another operator version, because an unreadable status would end the watch. */
    @JsonCreator
    static @Nullable TaskState of(@Nullable String text) {
        return Arrays.stream(values())
                .filter(state -> state.text.equals(text))
                .findFirst()
                .orElse(null);
    }
}
