package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The overlay that a task may lay over the runner's pod. It names no image, command, environment, service account or
 * security context: who may write a task must not thereby become the author of arbitrary pods.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Runner(
        @JsonPropertyDescription("Requests and limits of the container.") @Nullable
        Resources resources,

        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @JsonPropertyDescription("PriorityClass of the pods.")
        @Nullable
        String priorityClassName,

        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("LocalQueue of Kueue that admits the Jobs.")
        @Nullable
        String queueName,

        @JsonPropertyDescription("Labels a node must carry.") @Nullable
        Map<String, String> nodeSelector,

        @Size(max = 20) @JsonPropertyDescription("Taints the pods tolerate.") @Nullable
        List<Toleration> tolerations,

        @JsonPropertyDescription("Further labels of the pods; those of the operator win.") @Nullable
        Map<String, String> labels) {

    /** Kubernetes' resource quantities by name (cpu, memory). */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resources(
            @JsonPropertyDescription("What the scheduler sets aside, as in cpu: 50m, memory: 96Mi.")
            @Nullable
            @JsonDeserialize(contentUsing = StoredQuantity.class)
            Map<String, Quantity> requests,

            @JsonPropertyDescription("What the container may use at most.")
            @Nullable
            @JsonDeserialize(contentUsing = StoredQuantity.class)
            Map<String, Quantity> limits) {}
}
