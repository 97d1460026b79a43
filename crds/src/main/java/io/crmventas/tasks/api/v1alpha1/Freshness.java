package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits how old the last success may be before the task counts as stale.
 *
 * @param missedRuns the number of scheduled times
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.maxAge) || self.missedRuns == 2",
        message = "spec.freshness: set either missedRuns or maxAge")
public record Freshness(
        @Default("2")
        @Min(1)
        @Max(100)
        @JsonPropertyDescription("Number of scheduled times in a row that may pass without a success, 1 to 100.")
        Integer missedRuns,

        @Default("5m")
        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.freshness.grace must be a duration from 1s up, as in 90s, 5m or 1h30m")
        @JsonPropertyDescription(
                "Time after the last of these scheduled times in which a run may still succeed, as in 90s,"
                        + " 5m or 1h30m.")
        String grace,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 60",
                message = "spec.freshness.maxAge must be a duration of 1m or more, as in 90m, 2h or 7d")
        @JsonPropertyDescription(
                "Longest time since the last success, 1m or more, as in 2h or 7d. It replaces missedRuns"
                        + " and grace.")
        @Nullable
        String maxAge) {
    public Freshness {
        missedRuns = Objects.requireNonNullElse(missedRuns, 2);
        grace = Objects.requireNonNullElse(grace, "5m");
    }
}
