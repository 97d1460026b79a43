package io.crmventas.tasks.operator.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields of one entry of a catalog. Each mistake becomes a problem of the environment, with the path of the field.
 *
 * @param variable that holds the catalog
 * @param name of the entry
 * @param fields the entry's own fields, and those that it takes over from another entry
 * @param own its own fields; a mistake in another field is reported for the other entry
 */
record CatalogEntry(String variable, String name, JsonNode fields, JsonNode own, Environment environment) {
    static final String OBJECT_NAME = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";

    /** Refuses fields that Kubernetes does not know. fabric8's types keep them, and the API server drops them. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated method) {
                    return false;
                }
            })
            .build();

    CatalogEntry(String variable, String name, JsonNode fields, Environment environment) {
        this(variable, name, fields, fields, environment);
    }

    void hasOnly(Set<String> known, String form) {
        if (!fields.isObject()) {
            problem("", form);
        }
        fields.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                problem(field, "nothing: there is no such field");
            }
        });
    }

    /** Empty text counts as absent: a chart cannot leave out a field that has a default. */
    Optional<String> text(String field, String pattern, String expected) {
        JsonNode node = fields.path(field);
        if (node.isMissingNode()
                || node.isNull()
                || (node.isTextual() && node.asText().isEmpty())) {
            return Optional.empty();
        }
        if (!node.isTextual() || !node.asText().matches(pattern)) {
            problem(field, expected);
        }
        return Optional.of(node.asText());
    }

    /** Reports an absent field as well, and then returns an empty text. */
    String requiredText(String field, String pattern, String expected) {
        return text(field, pattern, expected).orElseGet(() -> {
            report(field, expected);
            return "";
        });
    }

    Optional<List<String>> texts(String field) {
        JsonNode list = fields.path(field);
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

    /** The problem does not repeat a value: it may be what should have been in a Secret. */
    Map<String, String> textsByName(String field, String keyPattern, String expectedKey, String valuePattern) {
        Map<String, String> texts = new TreeMap<>();
        JsonNode object = fields.path(field);
        if (!object.isMissingNode() && !object.isNull() && !object.isObject()) {
            problem(field, "an object of texts by name");
        }
        object.properties().forEach(entry -> {
            String path = field + "." + entry.getKey();
            if (!entry.getKey().matches(keyPattern)) {
                problem(path, expectedKey);
            }
            if (!entry.getValue().isTextual()) {
                problem(path, "a text in quotes");
            } else if (!entry.getValue().asText().matches(valuePattern)) {
                problem(path, "another value: this one does not match " + valuePattern);
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        });
        return Map.copyOf(texts);
    }

    /** Reads a field whose form is one of Kubernetes' own types. */
    <T> Optional<T> typed(String field, Class<T> type, String expected) {
        JsonNode node = fields.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(STRICT.treeToValue(node, type));
        } catch (UnrecognizedPropertyException unknown) {
            problem(field, expected + "; there is no field " + unknown.getPropertyName());
        } catch (JsonProcessingException | IllegalArgumentException malformed) {
            problem(field, expected);
        }
        return Optional.empty();
    }

    boolean flag(String field) {
        JsonNode flag = fields.path(field);
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            problem(field, "true or false");
        }
        return flag.asBoolean(false);
    }

    /** @param path of the field in the entry; empty for the entry itself */
    void problem(String path, String expected) {
        boolean isOwn = own.propertyStream().anyMatch(field -> (path + ".").startsWith(field.getKey() + "."));
        if (path.isEmpty() || isOwn) {
            report(path, expected);
        }
    }

    private void report(String path, String expected) {
        String full = path.isEmpty() ? name : name + "." + path;
        environment.problem(variable + ": " + full + " is wrong; write " + expected);
    }
}
