package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run.
 *
 * @param name the name that logs and messages of failures show
 * @param outcome {@code done}, {@code skipped} or {@code failed}
 * @param millis duration by the wall clock, in milliseconds
 * @param message why the step was skipped or failed
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
