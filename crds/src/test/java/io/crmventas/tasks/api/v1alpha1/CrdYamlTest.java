package io.crmventas.tasks.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CRD in Git and the copy in the chart are equal to the CRD that the records generate. */
class CrdYamlTest {
    private static final Path CHECKED_IN = Path.of("crmscheduledtasks.crmventas.io.yaml");
    private static final Path CHART_COPY =
            Path.of("../helm/crm-task-operator/crds/crmscheduledtasks.crmventas.io.yaml");
    private static final Path CHART_SCHEMA = Path.of("../helm/crm-task-operator/values.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefaultPrettyPrinter FORMAT = new DefaultPrettyPrinter(Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withArrayEmptySeparator("")
            .withObjectEmptySeparator(""));

    static {
        FORMAT.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    }

    private static final List<String> TYPES = List.of("type", "$ref", "oneOf", "anyOf", "allOf");
    private static final Pattern FORM = Pattern.compile("self\\.matches\\('([^']+)'\\)");

    @Test
    void crdInGitEqualsTheGeneratedOne(@TempDir Path folder) throws IOException {
        String generated = CrdDefinition.generate(folder);
        if (Boolean.getBoolean("crd.write")) {
            Files.writeString(CHECKED_IN, generated);
            Files.createDirectories(CHART_COPY.getParent());
            Files.writeString(CHART_COPY, generated);
        }
        assertEquals(
                generated,
                Files.readString(CHECKED_IN),
                "The CRD is out of date: run ./mvnw -pl crds test -Dtest=CrdYamlTest -Dcrd.write=true");
    }

    @Test
    void crdInTheChartEqualsTheCrdInGit() throws IOException {
        assertEquals(Files.readString(CHECKED_IN), Files.readString(CHART_COPY));
    }

    /** With a wrong parameter, Helm stops before it creates an object. Helm 3 would otherwise drop an unknown one. */
    @Test
    void parametersInTheChartsSchemaEqualTheCrd() throws IOException {
        ObjectNode schema = (ObjectNode) JSON.readTree(CHART_SCHEMA.toFile());
        JsonNode parameters = Serialization.unmarshal(Files.readString(CHECKED_IN), JsonNode.class)
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/parameters");
        ((ObjectNode) schema.get("definitions")).set("parameters", draft7(parameters));
        String generated = JSON.writer(FORMAT).writeValueAsString(schema) + "\n";
        if (Boolean.getBoolean("crd.write")) {
            Files.writeString(CHART_SCHEMA, generated);
        }
        assertEquals(generated, Files.readString(CHART_SCHEMA));
    }

    /** Turns CEL's rule about the form of a duration into a pattern, and leaves the other rules to the API server. */
    private static ObjectNode draft7(JsonNode parameters) {
        ObjectNode closed = parameters.deepCopy();
        closed.put("additionalProperties", false);
        closed.get("properties").forEach(parameter -> {
            Matcher form = FORM.matcher(
                    parameter.at("/x-kubernetes-validations/0/rule").asText());
            if (form.lookingAt()) {
                ((ObjectNode) parameter).put("pattern", form.group(1));
            }
            ((ObjectNode) parameter).remove("x-kubernetes-validations");
        });
        return closed;
    }

    /** The chart writes the other fields of a task by hand, because a value can also be null or have another form there. */
    @Test
    void limitsOfATaskInTheChartsSchemaEqualTheCrd() throws IOException {
        ObjectNode crd = Serialization.unmarshal(Files.readString(CHECKED_IN), JsonNode.class)
                .withObject("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        crd.withObject("properties").remove(List.of("task", "parameters"));
        ObjectNode chart = JSON.readTree(CHART_SCHEMA.toFile()).withObject("/definitions/spec");
        chart.withObject("properties").remove("parameters");
        assertEquals(limits("", crd), limits("", chart));
    }

    private static Map<String, Object> limits(String path, JsonNode schema) {
        Map<String, Object> limits = new TreeMap<>();
        schema.path("properties").properties().forEach(field -> {
            String name = path + "." + field.getKey();
            JsonNode value = field.getValue();
            Set<String> words = new TreeSet<>();
            value.path("enum").forEach(word -> words.add(word.asText()));
            words.remove("null");
            limits.put(
                    name,
                    List.of(value.path("minimum").asInt(), value.path("maximum").asInt(), words));
            limits.putAll(limits(name, value));
        });
        return limits;
    }

    /** Helm refuses a misspelt key and a value of another type before it creates an object. */
    @Test
    void mapsOfTheChartsSchemaAreClosedAndItsKeysHaveTypes() throws IOException {
        List<String> open = new ArrayList<>();
        collectOpen("", JSON.readTree(CHART_SCHEMA.toFile()), open);
        assertEquals(
                List.of(
                        "/definitions/spec",
                        "/properties/global",
                        "/properties/global/properties/imagePullSecrets/items/anyOf",
                        "/properties/extraEnv/items"),
                open);
    }

    private static void collectOpen(String path, JsonNode schema, List<String> open) {
        if (schema.has("properties") && schema.has("type") && !schema.has("additionalProperties")) {
            open.add(path);
        }
        boolean keys = path.endsWith("/properties");
        schema.properties().forEach(child -> {
            String name = path + "/" + child.getKey();
            JsonNode value = child.getValue();
            boolean free = value.isObject() && TYPES.stream().noneMatch(value::has);
            if (keys && free && !value.path("description").asText().startsWith("Another chart's key")) {
                open.add(name);
            }
            collectOpen(name, value, open);
        });
        if (schema.isArray()) {
            schema.forEach(element -> collectOpen(path, element, open));
        }
    }

    @Test
    void everyFieldOfSpecAndStatusHasADescription(@TempDir Path folder) throws IOException {
        Map<?, ?> crd = Serialization.unmarshal(CrdDefinition.generate(folder), Map.class);
        List<String> silent = new ArrayList<>();
        collectSilent("", crd, silent);
        assertEquals(List.of(), silent, "fields that kubectl explain shows without a description");
        assertTrue(crd.toString().contains("x-kubernetes-list-map-keys"), "conditions merge by type");
    }

    /** A status that lacks such a field would end each reconcile of its task with an exception. */
    @Test
    void fieldsThatTheStatusNeedsAreRequired(@TempDir Path folder) throws IOException {
        JsonNode status = Serialization.unmarshal(CrdDefinition.generate(folder), JsonNode.class)
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
        List<String> optional = new ArrayList<>();
        collectOptional("status", CrmScheduledTaskStatus.class, status, optional);
        assertEquals(List.of(), optional, "fields that are not Nullable, but optional in the CRD");
    }

    private static void collectOptional(String path, Class<?> type, JsonNode schema, List<String> optional) {
        List<String> required = JSON.convertValue(schema.path("required"), new TypeReference<>() {});
        for (RecordComponent field : type.getRecordComponents()) {
            String name = path + "." + field.getName();
            JsonNode value = schema.path("properties").path(field.getName());
            // The status fills in an empty list for one that the resource lacks.
            boolean nullable = field.getType().isPrimitive()
                    || field.getAnnotatedType().isAnnotationPresent(Nullable.class)
                    || (type == CrmScheduledTaskStatus.class && field.getType() == List.class);
            if (!nullable && (required == null || !required.contains(field.getName()))) {
                optional.add(name);
            }
            if (field.getType().isRecord()) {
                collectOptional(name, field.getType(), value, optional);
            } else if (field.getGenericType() instanceof ParameterizedType list
                    && list.getActualTypeArguments()[0] instanceof Class<?> element
                    && element.isRecord()) {
                collectOptional(name, element, value.path("items"), optional);
            }
        }
    }

    /** Skips the fields of Kubernetes' own types (tolerations), which Kubernetes describes. */
    private static void collectSilent(String path, Object node, List<String> silent) {
        if (node instanceof Map<?, ?> map) {
            Object properties = map.get("properties");
            if (properties instanceof Map<?, ?> fields && !path.endsWith("/tolerations/items")) {
                fields.forEach((name, field) -> {
                    if (field instanceof Map<?, ?> schema
                            && !"metadata".equals(name)
                            && schema.get("description") == null) {
                        silent.add(path + "/" + name);
                    }
                });
            }
            map.forEach(
                    (key, value) -> collectSilent("properties".equals(key) ? path : path + "/" + key, value, silent));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> collectSilent(path, value, silent));
        }
    }
}
