package io.crmventas.tasks.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.desired.ExtraTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One entry of EXTRA_TASKS. */
final class ExtraTaskReader {
    private static final Set<String> FIELDS = Set.of(
            "image",
            "imagePullPolicy",
            "command",
            "args",
            "check",
            "dryRun",
            "secretName",
            "env",
            "resources",
            "database");

    private static final Set<String> PULL_POLICIES = Set.of("Always", "IfNotPresent", "Never");
    private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";
    /** The operator's own variables and Kubernetes'. */
    private static final String TAKEN = "CRM_.*|JOB_COMPLETION_INDEX|LOG_LEVEL|ENABLE_TASK_LOGGING";

    private static final String OBJECT_NAME = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";

    private final String name;
    private final JsonNode entry;
    private final EnvironmentReader environment;

    ExtraTaskReader(String name, JsonNode entry, EnvironmentReader environment) {
        this.name = name;
        this.entry = entry;
        this.environment = environment;
    }

    ExtraTask task(String defaultPullPolicy, RunnerResources defaults) {
        if (!entry.isObject()) {
            problem("", "an object with image, args and so on");
        }
        entry.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                problem(field, "nothing: there is no such field");
            }
        });
        RunnerResources resources = resources(defaults);
        return new ExtraTask(
                image(),
                pullPolicy(defaultPullPolicy),
                texts("command").orElse(List.of()),
                texts("args").orElse(List.of()),
                texts("check"),
                texts("dryRun"),
                secret(),
                variables(),
                resources.requests(),
                resources.limits(),
                flag("database"));
    }

    private String image() {
        String image = entry.path("image").asText().strip();
        if (!entry.path("image").isTextual() || image.isEmpty() || image.matches(".*\\s.*")) {
            problem("image", "the image that runs, as in registry.example/invoices:1.0");
        }
        return image;
    }

    private String pullPolicy(String otherwise) {
        JsonNode field = entry.path("imagePullPolicy");
        if (!field.isMissingNode() && !PULL_POLICIES.contains(field.asText())) {
            problem("imagePullPolicy", "Always, IfNotPresent or Never");
        }
        return field.isMissingNode() ? otherwise : field.asText();
    }

    private Optional<String> secret() {
        JsonNode field = entry.path("secretName");
        if (field.isMissingNode()) {
            return Optional.empty();
        }
        if (!field.isTextual() || !field.asText().matches(OBJECT_NAME)) {
            problem("secretName", "the name of a Secret");
        }
        return Optional.of(field.asText());
    }

    private Optional<List<String>> texts(String field) {
        JsonNode list = entry.path(field);
        if (list.isMissingNode()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        boolean allTexts = list.isArray() && list.valueStream().allMatch(JsonNode::isTextual);
        if (!allTexts) {
            problem(field, "a list of texts, as in [\"--all\"]");
        }
        return Optional.of(List.copyOf(texts));
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        JsonNode fields = entry.path("env");
        if (!fields.isMissingNode() && !fields.isObject()) {
            problem("env", "an object of texts by name");
        }
        fields.properties().forEach(variable -> {
            String key = variable.getKey();
            if (!key.matches(VARIABLE) || key.matches(TAKEN)) {
                problem("env." + key, "another name: letters, digits and _, and not one that the operator sets");
            }
            // The value may be what should have been in a Secret, so it is not repeated.
            if (!variable.getValue().isTextual()) {
                problem("env." + key, "a text in quotes");
            }
            variables.put(key, variable.getValue().asText());
        });
        return Map.copyOf(variables);
    }

    private RunnerResources resources(RunnerResources defaults) {
        JsonNode field = entry.path("resources");
        if (field.isMissingNode()) {
            return defaults;
        }
        return RunnerResources.parse(field.toString()).orElseGet(() -> {
            problem("resources", RunnerResources.FORM);
            return defaults;
        });
    }

    private boolean flag(String field) {
        JsonNode flag = entry.path(field);
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            problem(field, "true or false");
        }
        return flag.asBoolean(false);
    }

    private void problem(String field, String expected) {
        String path = field.isEmpty() ? name : name + "." + field;
        environment.problem(ExtraTasks.NAME + ": " + path + " is wrong; write " + expected);
    }
}
