package io.crmventas.tasks.operator.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile.PodScheduling;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final String LABEL =
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

    private static final String LABEL_VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";
    private static final String ANY = "(?s).*";
    private static final String EXPECTED_LABEL =
            "a key and a text in quotes as in a label, for example \"example.com/team\": \"sales\"";
    private static final String EXPECTED_TEXTS = "a list of texts, as in [\"--all\"]";
    private static final String EXPECTED_RESOURCES =
            "{\"requests\": {\"memory\": \"96Mi\"}, \"limits\": {\"memory\": \"256Mi\"}} with quantities of Kubernetes";
    private static final String EXPECTED_TOLERATIONS =
            "a list of tolerations as in a pod, with operator Exists or Equal, and effect NoSchedule, PreferNoSchedule or"
                    + " NoExecute";

    /** This pattern excludes variables that the operator or Kubernetes sets. */
    private static final String VARIABLE =
            "(?!(CRM_.*|JOB_COMPLETION_INDEX|LOG_LEVEL|LOG_FORMAT|ENABLE_TASK_LOGGING)$)[A-Za-z_][A-Za-z0-9_]*";

    private final Environment environment;

    private CatalogReader(Environment environment) {
        this.environment = environment;
    }

    /** @param pullPolicy the pull policy of extra tasks that have none */
    static Catalog read(Environment environment, String pullPolicy) {
        CatalogReader reader = new CatalogReader(environment);
        return new Catalog(reader.databases(), reader.profiles(), reader.extraTasks(pullPolicy));
    }

    private Map<String, Database> databases() {
        ObjectNode entries = entries(DATABASES);
        if (!entries.has(Catalog.DEFAULT)) {
            entries.putObject(Catalog.DEFAULT).put("secretName", "crm-database");
        }
        return byName(DATABASES, entries, ENTRY_NAME, (name, node) -> {
            JsonFields entry = new JsonFields(DATABASES + ": " + name, node, environment::problem);
            Database database = new Database(
                    entry.required("secretName", JsonFields.OBJECT_NAME, "the name of a Secret")
                            .orElse(""),
                    entry.text("key", "[-._a-zA-Z0-9]{1,253}", "a key of the Secret"));
            entry.refuseOthers();
            return database;
        });
    }

    /** Merges each profile over the profile {@code default}, as Helm merges one values file over another. */
    private Map<String, RunnerProfile> profiles() {
        ObjectNode entries = entries(PROFILES);
        ObjectNode builtIn = JsonNodeFactory.instance.objectNode();
        builtIn.withObject("/resources/requests").put("cpu", "50m").put("memory", "96Mi");
        builtIn.withObject("/resources/limits").put("memory", "256Mi");
        JsonNode defaults = merged(builtIn, entries.path(Catalog.DEFAULT));
        entries.set(Catalog.DEFAULT, defaults);
        return byName(PROFILES, entries, ENTRY_NAME, (name, node) -> {
            profile(new JsonFields(PROFILES + ": " + name, node, environment::problem));
            // The call above has reported the mistakes of this profile. The default profile reports its own.
            return profile(new JsonFields(PROFILES + ": " + name, merged(defaults, node), _ -> {}));
        });
    }

    private static RunnerProfile profile(JsonFields entry) {
        RunnerProfile profile = new RunnerProfile(
                entry.value("resources", ResourceRequirements.class, CatalogReader::hasQuantities, EXPECTED_RESOURCES)
                        .orElseGet(ResourceRequirements::new),
                new PodScheduling(
                        entry.text("priorityClassName", JsonFields.OBJECT_NAME, "the name of a PriorityClass"),
                        entry.textsByName("nodeSelector", LABEL, LABEL_VALUE, EXPECTED_LABEL),
                        entry.value("tolerations", Toleration[].class, CatalogReader::areKnown, EXPECTED_TOLERATIONS)
                                .map(List::of)
                                .orElse(List.of()),
                        entry.value("affinity", Affinity.class, _ -> true, "affinity as in a pod")),
                entry.textsByName("labels", LABEL, LABEL_VALUE, EXPECTED_LABEL),
                entry.textsByName("annotations", LABEL, ANY, EXPECTED_LABEL),
                entry.text("serviceAccountName", JsonFields.OBJECT_NAME, "the name of a ServiceAccount"),
                entry.text("queueName", JsonFields.OBJECT_NAME, "the name of a LocalQueue"));
        entry.refuseOthers();
        return profile;
    }

    private static boolean hasQuantities(ResourceRequirements resources) {
        try {
            return Stream.of(resources.getRequests(), resources.getLimits())
                    .flatMap(quantities -> quantities.values().stream())
                    .allMatch(quantity -> quantity.getNumericalAmount().signum() >= 0);
        } catch (IllegalArgumentException | ArithmeticException notAQuantity) {
            return false;
        }
    }

    private static boolean areKnown(Toleration[] tolerations) {
        return Arrays.stream(tolerations)
                .allMatch(toleration ->
                        Objects.toString(toleration.getOperator(), "").matches("|Exists|Equal")
                                && Objects.toString(toleration.getEffect(), "")
                                        .matches("|NoSchedule|PreferNoSchedule|NoExecute"));
    }

    private Map<String, ExtraTask> extraTasks(String pullPolicy) {
        return byName(EXTRA_TASKS, entries(EXTRA_TASKS), TASK_NAME, (name, node) -> {
            if (TaskType.of(name).isPresent()) {
                environment.problem(
                        EXTRA_TASKS + " has an entry " + name + ", which is a built-in task; choose another name");
            }
            return extraTask(new JsonFields(EXTRA_TASKS + ": " + name, node, environment::problem), pullPolicy);
        });
    }

    private static ExtraTask extraTask(JsonFields entry, String defaultPullPolicy) {
        ExtraTask task = new ExtraTask(
                new ExtraTask.Image(
                        entry.required("image", "\\S+", "the image that runs, as in registry.example/invoices:1.0")
                                .orElse(""),
                        entry.text("imagePullPolicy", "Always|IfNotPresent|Never", "Always, IfNotPresent or Never")
                                .orElse(defaultPullPolicy),
                        entry.texts("command", EXPECTED_TEXTS).orElse(List.of())),
                entry.texts("args", EXPECTED_TEXTS).orElse(List.of()),
                entry.texts("check", EXPECTED_TEXTS),
                entry.texts("dryRun", EXPECTED_TEXTS),
                entry.text("secretName", JsonFields.OBJECT_NAME, "the name of a Secret"),
                entry.textsByName(
                        "env",
                        VARIABLE,
                        ANY,
                        "a name of letters, digits and _ that the operator does not set, and a text in quotes"),
                entry.flag("database"));
        entry.refuseOthers();
        return task;
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
        return JsonFields.object(
                variable, environment.text(variable).orElse("{}"), "{\"name\": {...}, ...}", environment::problem);
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
}
