package io.crmventas.tasks.operator.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads a JSON object, field by field. Each mistake becomes a problem with the path of the field. No problem repeats a
 * value, because a person can write a secret into a wrong field.
 */
public final class JsonFields {
    static final String OBJECT_NAME = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";

    /** This mapper refuses a second field of one name and text after the object, because one of both would not count. */
    private static final JsonMapper TEXT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * This mapper refuses values of another type, null in a list, and fields that Kubernetes does not know. fabric8's
     * types keep an unknown field, and the API server drops it.
     */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    texts -> Stream.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)
                            .forEach(shape -> texts.setCoercion(shape, CoercionAction.Fail)))
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated method) {
                    return false;
                }
            })
            .build();

    private final String path;
    private final JsonNode object;
    private final Consumer<String> problems;
    private final Set<String> known = new HashSet<>();

    /**
     * @param path the path of the object, for the problems
     * @param problems the receiver of each mistake, which can get the same one twice
     */
    public JsonFields(String path, JsonNode object, Consumer<String> problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
        if (!object.isObject()) {
            report(path, "an object");
        }
    }

    /** @param example what to write when the text is no JSON object */
    public static JsonFields parse(String path, String json, String example, Consumer<String> problems) {
        return new JsonFields(path, object(path, json, example, problems), problems);
    }

    /** Returns an empty object after a mistake. */
    static ObjectNode object(String path, String json, String example, Consumer<String> problems) {
        String fault = " is not a JSON object";
        try {
            if (TEXT.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            // We leave out the parser's message, because it repeats a part of the text.
            JsonLocation place = malformed.getLocation();
            fault = " is not valid JSON, or has a field twice"
                    + (place == null ? "" : ", at line " + place.getLineNr() + ", column " + place.getColumnNr());
        }
        problems.accept(path + fault + "; write " + example);
        return TEXT.createObjectNode();
    }

    /** Reports the fields that were not read. */
    public void refuseOthers() {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                problem(field, "nothing: there is no such field");
            }
        });
    }

    /** Returns empty when the field is absent or wrong. */
    public <T> Optional<T> value(String field, Class<T> type, Predicate<T> valid, String expected) {
        known.add(field);
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        try {
            Optional<T> value = Optional.of(STRICT.treeToValue(node, type)).filter(valid);
            if (value.isEmpty()) {
                problem(field, expected);
            }
            return value;
        } catch (UnrecognizedPropertyException unknown) {
            problem(field, expected + "; there is no field " + unknown.getPropertyName());
        } catch (JsonProcessingException | IllegalArgumentException malformed) {
            problem(field, expected);
        }
        return Optional.empty();
    }

    /** Reports an absent field as well. */
    public <T> Optional<T> required(String field, Class<T> type, Predicate<T> valid, String expected) {
        Optional<T> value = value(field, type, valid, expected);
        if (value.isEmpty()) {
            problem(field, expected);
        }
        return value;
    }

    public Optional<String> required(String field, String pattern, String expected) {
        return required(field, String.class, text -> text.matches(pattern), expected);
    }

    /** Empty text counts as absent, because a chart cannot leave out a field that has a default. */
    public Optional<String> text(String field, String pattern, String expected) {
        return value(field, String.class, text -> text.isEmpty() || text.matches(pattern), expected)
                .filter(text -> !text.isEmpty());
    }

    public Optional<List<String>> texts(String field, String expected) {
        return value(field, String[].class, _ -> true, expected).map(List::of);
    }

    public boolean flag(String field) {
        return value(field, Boolean.class, _ -> true, "true or false").orElse(false);
    }

    Map<String, String> textsByName(String field, String keyPattern, String valuePattern, String expected) {
        Map<String, String> texts = new TreeMap<>();
        value(field, ObjectNode.class, _ -> true, "an object of texts by name")
                .ifPresent(map -> map.properties().forEach(entry -> {
                    JsonNode text = entry.getValue();
                    boolean valid = entry.getKey().matches(keyPattern)
                            && text.isTextual()
                            && text.asText().matches(valuePattern);
                    if (!valid) {
                        problem(field + "." + entry.getKey(), expected);
                    }
                    texts.put(entry.getKey(), text.asText());
                }));
        return Map.copyOf(texts);
    }

    public void problem(String field, String expected) {
        report(path + "." + field, expected);
    }

    private void report(String where, String expected) {
        problems.accept(where + " is wrong; write " + expected);
    }
}
