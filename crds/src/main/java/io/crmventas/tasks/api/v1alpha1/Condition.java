package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A condition by Kubernetes' API conventions (metav1.Condition). */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @JsonPropertyDescription("Type of the condition; it is unique in the list.")
        String type,

        @Required @JsonPropertyDescription("Status of the condition: True, False or Unknown.")
        String status,

        @JsonPropertyDescription("The metadata.generation of the spec that this condition describes.") @Nullable
        Long observedGeneration,

        @Required @JsonPropertyDescription("When the status of the condition last changed (RFC 3339).") @StoredTime
        Instant lastTransitionTime,

        @Required @JsonPropertyDescription("The cause in one CamelCase word, for programs.")
        String reason,

        @Required @JsonPropertyDescription("The cause and what to do, in sentences for people.")
        String message) {
    /** Interns the texts, because thousands of tasks have equal ones. */
    public Condition {
        type = once(type);
        status = once(status);
        reason = once(reason);
        message = once(message);
    }

    /** Returns the condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    @SuppressWarnings("NullAway") // a status that another client wrote may lack a field
    private static String once(String word) {
        return word == null ? word : word.intern();
    }
}
