package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The operator can read every task that the API server can store. One unreadable task would end the watch of all tasks. The
 * test generates tasks from the schema of the CRD, with values at the limits of the schema and beyond.
 */
class StoredTaskTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int TASKS_PER_SEED = 400;
    private static final long[] INTEGERS = {0, 1, -1, 1L << 31, -(1L << 31) - 1, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] NUMBERS = {0, -0.5, 1e-300, 1e300, 9007199254740992.0};
    private static final String[] TEXTS = {
        "",
        " ",
        "null",
        "1e9999",
        "-1",
        "2026-11-29T04:00:00Z",
        "2026-11-29T04:00:00.123456789+14:00",
        "%s",
        "漢\u0000😀"
    };

    private static JsonNode schema;

    @BeforeAll
    static void read() throws IOException {
        String crd = Files.readString(Path.of("../crds/crmscheduledtasks.crmventas.io.yaml"));
        schema = Serialization.unmarshal(crd, JsonNode.class)
                .path("spec")
                .path("versions")
                .path(0)
                .path("schema")
                .path("openAPIV3Schema");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyStoredTaskCanBeRead(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TASKS_PER_SEED; i++) {
            ObjectNode task = JSON.objectNode();
            task.putObject("metadata").put("name", "fuzz").put("namespace", "crm");
            task.set("spec", value(schema.path("properties").path("spec"), random));
            task.set("status", value(schema.path("properties").path("status"), random));
            String stored = task.toString();
            CrmScheduledTask read =
                    assertDoesNotThrow(() -> Serialization.unmarshal(stored, CrmScheduledTask.class), stored);
            assertNotNull(read.getSpec(), stored);
        }
    }

    private static JsonNode value(JsonNode type, Random random) {
        if (type.path("x-kubernetes-int-or-string").asBoolean()) {
            return random.nextBoolean()
                    ? JSON.numberNode(pick(INTEGERS, random))
                    : JSON.textNode(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return switch (type.path("type").asText()) {
            case "object" -> object(type, random);
            case "array" -> array(type, random);
            case "integer" -> JSON.numberNode(within(type, pick(INTEGERS, random)));
            case "number" -> JSON.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            default -> text(type, random);
        };
    }

    private static JsonNode object(JsonNode type, Random random) {
        ObjectNode object = JSON.objectNode();
        type.path("properties").properties().forEach(field -> {
            boolean required = false;
            for (JsonNode name : type.path("required")) {
                required |= name.asText().equals(field.getKey());
            }
            if (required || random.nextInt(4) > 0) {
                object.set(field.getKey(), value(field.getValue(), random));
            }
        });
        if (type.path("additionalProperties").isObject()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                object.set("key-" + i, value(type.path("additionalProperties"), random));
            }
        }
        return object;
    }

    private static JsonNode array(JsonNode type, Random random) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
            array.add(value(type.path("items"), random));
        }
        return array;
    }

    private static JsonNode text(JsonNode type, Random random) {
        JsonNode closed = type.path("enum");
        return closed.isEmpty()
                ? JSON.textNode(TEXTS[random.nextInt(TEXTS.length)])
                : closed.get(random.nextInt(closed.size()));
    }

    private static long within(JsonNode type, long value) {
        return Math.clamp(
                value,
                type.path("minimum").asLong(Long.MIN_VALUE),
                type.path("maximum").asLong(Long.MAX_VALUE));
    }

    private static long pick(long[] values, Random random) {
        return values[random.nextInt(values.length)];
    }
}
