package io.crmventas.tasks.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** RUNNER_RESOURCES: requests and limits of the runner's container, as JSON in the form of Kubernetes. */
record RunnerResources(Map<String, Quantity> requests, Map<String, Quantity> limits) {
    private static final String NAME = "RUNNER_RESOURCES";
    static final String FORM = "JSON as in {\"requests\": {\"memory\": \"96Mi\"}, \"limits\": {\"memory\": \"256Mi\"}}";
    private static final RunnerResources DEFAULT = new RunnerResources(
            Map.of("cpu", new Quantity("50m"), "memory", new Quantity("96Mi")),
            Map.of("memory", new Quantity("256Mi")));

    static RunnerResources read(EnvironmentReader environment) {
        return environment.text(NAME).flatMap(json -> parse(json, environment)).orElse(DEFAULT);
    }

    private static Optional<RunnerResources> parse(String json, EnvironmentReader environment) {
        Optional<RunnerResources> parsed = parse(json);
        if (parsed.isEmpty()) {
            environment.problem(NAME, FORM);
        }
        return parsed;
    }

    /** Empty when it is no such JSON. */
    static Optional<RunnerResources> parse(String json) {
        try {
            ResourceRequirements parsed = new JsonMapper().readValue(json, ResourceRequirements.class);
            return Optional.of(new RunnerResources(checked(parsed.getRequests()), checked(parsed.getLimits())));
        } catch (JsonProcessingException | IllegalArgumentException | ArithmeticException malformed) {
            return Optional.empty();
        }
    }

    private static Map<String, Quantity> checked(Map<String, Quantity> quantities) {
        Map<String, Quantity> checked = new TreeMap<>(Objects.requireNonNullElse(quantities, Map.of()));
        checked.values().forEach(Quantity::getNumericalAmount);
        return checked;
    }
}
