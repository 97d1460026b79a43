package io.crmventas.tasks.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.operator.desired.ExtraTask;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** EXTRA_TASKS: the administrator's catalog, a JSON object of tasks by name. Every mistake in it is told at once. */
final class ExtraTasks {
    static final String NAME = "EXTRA_TASKS";

    /** As the CRD has it for {@code spec.task}. */
    private static final String TASK_NAME = "[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ExtraTasks() {}

    static Map<String, ExtraTask> read(EnvironmentReader environment, String pullPolicy, RunnerResources resources) {
        Map<String, ExtraTask> catalog = new TreeMap<>();
        environment
                .text(NAME)
                .flatMap(json -> object(json, environment))
                .ifPresent(entries -> entries.properties().forEach(entry -> {
                    String name = entry.getKey();
                    checkName(name, environment);
                    catalog.put(
                            name, new ExtraTaskReader(name, entry.getValue(), environment).task(pullPolicy, resources));
                }));
        return Map.copyOf(catalog);
    }

    private static Optional<JsonNode> object(String json, EnvironmentReader environment) {
        try {
            JsonNode tree = JSON.readTree(json);
            if (tree.isObject()) {
                return Optional.of(tree);
            }
            environment.problem(NAME + " is not a JSON object; write {\"task-name\": {\"image\": \"...\"}, ...}");
        } catch (JsonProcessingException malformed) {
            environment.problem(NAME + " is not valid JSON: " + malformed.getOriginalMessage());
        }
        return Optional.empty();
    }

    private static void checkName(String name, EnvironmentReader environment) {
        if (!name.matches(TASK_NAME)) {
            environment.problem(
                    NAME + " has a task \"" + name + "\"; names are lower-case letters, digits and dashes, 52 at most");
        }
        if (TaskType.of(name).isPresent()) {
            environment.problem(NAME + " has a task " + name + ", which is a built-in one; choose another name");
        }
    }
}
