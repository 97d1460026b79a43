package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A condition as Kubernetes' API conventions define it (metav1.Condition). */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @JsonPropertyDescription("Name of the condition.")
        String type,

        @Required @JsonPropertyDescription("True, False or Unknown.")
        String status,

        @JsonPropertyDescription("metadata.generation that the condition speaks of.") @Nullable
        Long observedGeneration,

        @Required @JsonPropertyDescription("When status last changed (RFC 3339).")
        String lastTransitionTime,

        @Required @JsonPropertyDescription("Why, as one word for machines.")
        String reason,

        @Required @JsonPropertyDescription("Why, and what to do, as a sentence for people.")
        String message) {
    /** Kept once: thousands of tasks say the same. */
    public Condition {
        type = once(type);
        status = once(status);
        reason = once(reason);
        message = once(message);
    }

    /** The condition of that type. */
    public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst();
    }

    @SuppressWarnings("NullAway") // what others wrote may lack it
    private static String once(String word) {
        return word == null ? word : word.intern();
    }
}
