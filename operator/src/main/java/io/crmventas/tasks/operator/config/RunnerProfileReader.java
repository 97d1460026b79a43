package io.crmventas.tasks.operator.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.config.RunnerProfile.Scheduling;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One entry of RUNNER_PROFILES. */
final class RunnerProfileReader {
    private static final Set<String> FIELDS = Set.of(
            "resources",
            "priorityClassName",
            "nodeSelector",
            "tolerations",
            "affinity",
            "labels",
            "annotations",
            "serviceAccountName",
            "queueName");

    private static final String KEY =
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

    private static final String LABEL_VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";
    private static final String EXPECTED_KEY = "a key as in a label, for example example.com/team";
    private static final String EXPECTED_RESOURCES =
            "{\"requests\": {\"memory\": \"96Mi\"}, \"limits\": {\"memory\": \"256Mi\"}} with quantities of Kubernetes";

    private final CatalogEntry entry;

    RunnerProfileReader(String name, JsonNode fields, Environment environment) {
        entry = new CatalogEntry(CatalogReader.PROFILES, name, fields, environment);
    }

    RunnerProfile profile() {
        entry.hasOnly(FIELDS, "an object with resources, priorityClassName and so on");
        return new RunnerProfile(
                resources(),
                new Scheduling(
                        entry.text("priorityClassName", CatalogEntry.OBJECT_NAME, "the name of a PriorityClass"),
                        entry.textsByName("nodeSelector", KEY, EXPECTED_KEY, LABEL_VALUE),
                        tolerations(),
                        entry.typed("affinity", Affinity.class, "affinity as in a pod")),
                entry.textsByName("labels", KEY, EXPECTED_KEY, LABEL_VALUE),
                entry.textsByName("annotations", KEY, EXPECTED_KEY, "(?s).*"),
                entry.text("serviceAccountName", CatalogEntry.OBJECT_NAME, "the name of a ServiceAccount"),
                entry.text("queueName", CatalogEntry.OBJECT_NAME, "the name of a LocalQueue"));
    }

    private ResourceRequirements resources() {
        ResourceRequirements resources = entry.typed("resources", ResourceRequirements.class, EXPECTED_RESOURCES)
                .orElseGet(ResourceRequirements::new);
        if (!Stream.of(resources.getRequests(), resources.getLimits()).allMatch(RunnerProfileReader::possible)) {
            entry.problem("resources", EXPECTED_RESOURCES);
        }
        return resources;
    }

    private static boolean possible(Map<String, Quantity> quantities) {
        try {
            return quantities.values().stream()
                    .allMatch(quantity ->
                            quantity != null && quantity.getNumericalAmount().signum() >= 0);
        } catch (IllegalArgumentException | ArithmeticException notAQuantity) {
            return false;
        }
    }

    private List<Toleration> tolerations() {
        List<Toleration> tolerations = entry.typed(
                        "tolerations", Toleration[].class, "a list of tolerations as in a pod")
                .map(Arrays::asList)
                .orElse(List.of());
        boolean possible = tolerations.stream()
                .allMatch(toleration -> toleration != null
                        && isOneOf(toleration.getOperator(), "", "Exists", "Equal")
                        && isOneOf(toleration.getEffect(), "", "NoSchedule", "PreferNoSchedule", "NoExecute"));
        if (!possible) {
            entry.problem(
                    "tolerations", "operator Exists or Equal, and effect NoSchedule, PreferNoSchedule or NoExecute");
        }
        return tolerations;
    }

    private static boolean isOneOf(String value, String... known) {
        return Set.of(known).contains(Optional.ofNullable(value).orElse(""));
    }
}
