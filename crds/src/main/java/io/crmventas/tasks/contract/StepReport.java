package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run.
 *
 * @param name what the logs and the failure message call it
 * @param outcome {@code done}, {@code skipped} or {@code failed}
 * @param millis wall-clock time
 * @param message why it was skipped or how it failed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepReport(
        String name, String outcome, long millis, @Nullable String message) {
    public static final String DONE = "done";
    public static final String SKIPPED = "skipped";
    public static final String FAILED = "failed";

    StepReport withoutMessage() {
        return new StepReport(name, outcome, millis, null);
    }
}
