package io.crmventas.tasks.operator.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile.Scheduling;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads the administrator's catalogs, each a JSON object of entries by name, and reports every mistake in them. */
final class CatalogReader {
    private static final String DATABASES = "DATABASES";
    private static final String PROFILES = "RUNNER_PROFILES";
    private static final String EXTRA_TASKS = "EXTRA_TASKS";

    /** The CRD has the same pattern for {@code spec.task}. The names of other entries have at most 63 characters. */
    private static final String TASK_NAME = "[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?";

    private static final String ENTRY_NAME = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private static final Set<String> EXTRA_TASK_FIELDS =
            Set.of("image", "imagePullPolicy", "command", "args", "check", "dryRun", "secretName", "env", "database");

    private static final Set<String> PROFILE_FIELDS = Set.of(
            "resources",
            "priorityClassName",
            "nodeSelector",
            "tolerations",
            "affinity",
            "labels",
            "annotations",
            "serviceAccountName",
            "queueName");

    private static final String LABEL =
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

    private static final String LABEL_VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";
    private static final String ANY = "(?s).*";
    private static final String EXPECTED_LABEL = "a key as in a label, for example example.com/team";
    private static final String EXPECTED_RESOURCES =
            "{\"requests\": {\"memory\": \"96Mi\"}, \"limits\": {\"memory\": \"256Mi\"}} with quantities of Kubernetes";

    /** The name of a variable that neither the operator nor Kubernetes sets. */
    private static final String VARIABLE =
            "(?!(CRM_.*|JOB_COMPLETION_INDEX|LOG_LEVEL|LOG_FORMAT|ENABLE_TASK_LOGGING)$)[A-Za-z_][A-Za-z0-9_]*";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String DEFAULT_DATABASE = "{\"secretName\": \"crm-database\"}";
    private static final String DEFAULT_PROFILE = """
            {"resources": {"requests": {"cpu": "50m", "memory": "96Mi"}, "limits": {"memory": "256Mi"}}}""";

    private final Environment environment;

    private CatalogReader(Environment environment) {
        this.environment = environment;
    }

    /** @param pullPolicy of extra tasks that have none */
    static Catalog read(Environment environment, String pullPolicy) {
        CatalogReader reader = new CatalogReader(environment);
        return new Catalog(reader.databases(), reader.profiles(), reader.extraTasks(pullPolicy));
    }

    private Map<String, Database> databases() {
        ObjectNode entries = entries(DATABASES);
        if (!entries.has(Catalog.DEFAULT)) {
            entries.set(Catalog.DEFAULT, tree(DEFAULT_DATABASE));
        }
        return byName(DATABASES, entries, ENTRY_NAME, (name, node) -> {
            CatalogEntry entry = new CatalogEntry(DATABASES, name, node, environment);
            entry.hasOnly(Set.of("secretName", "key"), "an object with secretName and, if need be, key");
            return new Database(
                    entry.requiredText("secretName", CatalogEntry.OBJECT_NAME, "the name of a Secret"),
                    entry.text("key", "[-._a-zA-Z0-9]{1,253}", "a key of the Secret"));
        });
    }

    /** Each profile is written over the profile {@code default}, as Helm writes one values file over another. */
    private Map<String, RunnerProfile> profiles() {
        ObjectNode entries = entries(PROFILES);
        JsonNode defaults = merged(tree(DEFAULT_PROFILE), entries.path(Catalog.DEFAULT));
        if (!entries.has(Catalog.DEFAULT)) {
            entries.set(Catalog.DEFAULT, defaults);
        }
        return byName(
                PROFILES,
                entries,
                ENTRY_NAME,
                (name, node) -> profile(new CatalogEntry(PROFILES, name, merged(defaults, node), node, environment)));
    }

    private static RunnerProfile profile(CatalogEntry entry) {
        entry.hasOnly(PROFILE_FIELDS, "an object with resources, priorityClassName and so on");
        return new RunnerProfile(
                resources(entry),
                new Scheduling(
                        entry.text("priorityClassName", CatalogEntry.OBJECT_NAME, "the name of a PriorityClass"),
                        entry.textsByName("nodeSelector", LABEL, EXPECTED_LABEL, LABEL_VALUE),
                        tolerations(entry),
                        entry.typed("affinity", Affinity.class, "affinity as in a pod")),
                entry.textsByName("labels", LABEL, EXPECTED_LABEL, LABEL_VALUE),
                entry.textsByName("annotations", LABEL, EXPECTED_LABEL, ANY),
                entry.text("serviceAccountName", CatalogEntry.OBJECT_NAME, "the name of a ServiceAccount"),
                entry.text("queueName", CatalogEntry.OBJECT_NAME, "the name of a LocalQueue"));
    }

    private static ResourceRequirements resources(CatalogEntry entry) {
        ResourceRequirements resources = entry.typed("resources", ResourceRequirements.class, EXPECTED_RESOURCES)
                .orElseGet(ResourceRequirements::new);
        if (!Stream.of(resources.getRequests(), resources.getLimits()).allMatch(CatalogReader::areQuantities)) {
            entry.problem("resources", EXPECTED_RESOURCES);
        }
        return resources;
    }

    private static boolean areQuantities(Map<String, Quantity> quantities) {
        try {
            return quantities.values().stream()
                    .allMatch(quantity ->
                            quantity != null && quantity.getNumericalAmount().signum() >= 0);
        } catch (IllegalArgumentException | ArithmeticException notAQuantity) {
            return false;
        }
    }

    private static List<Toleration> tolerations(CatalogEntry entry) {
        List<Toleration> tolerations = entry.typed(
                        "tolerations", Toleration[].class, "a list of tolerations as in a pod")
                .map(Arrays::asList)
                .orElse(List.of());
        boolean valid = tolerations.stream()
                .allMatch(toleration -> toleration != null
                        && isOneOf(toleration.getOperator(), "", "Exists", "Equal")
                        && isOneOf(toleration.getEffect(), "", "NoSchedule", "PreferNoSchedule", "NoExecute"));
        if (!valid) {
            entry.problem(
                    "tolerations", "operator Exists or Equal, and effect NoSchedule, PreferNoSchedule or NoExecute");
        }
        return tolerations;
    }

    private static boolean isOneOf(String value, String... known) {
        return Set.of(known).contains(Optional.ofNullable(value).orElse(""));
    }

    private Map<String, ExtraTask> extraTasks(String pullPolicy) {
        return byName(EXTRA_TASKS, entries(EXTRA_TASKS), TASK_NAME, (name, node) -> {
            if (TaskType.of(name).isPresent()) {
                environment.problem(
                        EXTRA_TASKS + " has an entry " + name + ", which is a built-in task; choose another name");
            }
            return extraTask(new CatalogEntry(EXTRA_TASKS, name, node, environment), pullPolicy);
        });
    }

    private static ExtraTask extraTask(CatalogEntry entry, String defaultPullPolicy) {
        entry.hasOnly(EXTRA_TASK_FIELDS, "an object with image, args and so on");
        String image = "the image that runs, as in registry.example/invoices:1.0";
        return new ExtraTask(
                new ExtraTask.Image(
                        entry.requiredText("image", "\\S+", image),
                        entry.text("imagePullPolicy", "Always|IfNotPresent|Never", "Always, IfNotPresent or Never")
                                .orElse(defaultPullPolicy),
                        entry.texts("command").orElse(List.of())),
                entry.texts("args").orElse(List.of()),
                entry.texts("check"),
                entry.texts("dryRun"),
                entry.text("secretName", CatalogEntry.OBJECT_NAME, "the name of a Secret"),
                entry.textsByName(
                        "env",
                        VARIABLE,
                        "another name: letters, digits and _, and not one that the operator sets",
                        ANY),
                entry.flag("database"));
    }

    private <T> Map<String, T> byName(
            String variable, ObjectNode entries, String namePattern, BiFunction<String, JsonNode, T> read) {
        Map<String, T> catalog = new TreeMap<>();
        entries.properties().forEach(entry -> {
            String name = entry.getKey();
            if (!name.matches(namePattern)) {
                environment.problem(variable + " has an entry \"" + name
                        + "\"; names are lower-case letters, digits and dashes, as in night-runs, and at most "
                        + (namePattern.equals(TASK_NAME) ? 52 : 63) + " characters long");
            }
            catalog.put(name, read.apply(name, entry.getValue()));
        });
        return Collections.unmodifiableMap(catalog);
    }

    private ObjectNode entries(String variable) {
        return environment
                .text(variable)
                .flatMap(json -> object(variable, json))
                .orElseGet(JSON::createObjectNode);
    }

    private Optional<ObjectNode> object(String variable, String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return Optional.of(object);
            }
            environment.problem(variable + " is not a JSON object; write {\"name\": {...}, ...}");
        } catch (JsonProcessingException malformed) {
            environment.problem(variable + " is not valid JSON: " + malformed.getOriginalMessage());
        }
        return Optional.empty();
    }

    private static JsonNode merged(JsonNode below, JsonNode above) {
        if (above.isMissingNode()) {
            return below;
        }
        if (!(below instanceof ObjectNode lower) || !(above instanceof ObjectNode upper)) {
            return above;
        }
        ObjectNode merged = lower.deepCopy();
        upper.properties()
                .forEach(field -> merged.set(field.getKey(), merged(lower.path(field.getKey()), field.getValue())));
        return merged;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the built-in defaults are valid JSON", impossible);
        }
    }
}
