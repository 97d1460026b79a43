package io.crmventas.tasks.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a live CronJob still says everything that we want it to say. It may say more (defaults, other people's
 * annotations). Comparing costs no request, so an unchanged task is reconciled without a write.
 */
public final class Drift {
    /** Hash of the whole desired state: shows that something was taken out of it, which the live object still has. */
    public static final String HASH = "crmventas.io/desired-hash";

    private static final int HASH_DIGITS = 16;

    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Drift() {}

    /** Path of the first field that differs; empty when nothing has to be applied. */
    public static Optional<String> between(CronJob desired, CronJob live) {
        return difference("", JSON.valueToTree(desired), JSON.valueToTree(live))
                .or(() -> foreignDeadline(desired.getSpec(), live.getSpec()));
    }

    /** Set by somebody else, it can mean that an interval never starts again. */
    private static Optional<String> foreignDeadline(CronJobSpec desired, CronJobSpec live) {
        return desired.getStartingDeadlineSeconds() == null && live.getStartingDeadlineSeconds() != null
                ? Optional.of("/spec/startingDeadlineSeconds")
                : Optional.empty();
    }

    /** The hash of a desired state. */
    public static String state(CronJob desired) {
        return Objects.requireNonNull(desired.getMetadata().getAnnotations().get(HASH));
    }

    /** @param desired without annotations */
    static CronJob stamped(CronJob desired) {
        desired.getMetadata().setAnnotations(Map.of(HASH, hash(desired)));
        return desired;
    }

    private static String hash(CronJob desired) {
        try {
            return Sha256.hex(JSON.writeValueAsBytes(desired)).substring(0, HASH_DIGITS);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("every CronJob has a JSON form", impossible);
        }
    }

    private static Optional<String> difference(String path, JsonNode desired, JsonNode live) {
        if (desired.isObject() && live.isObject()) {
            return objects(path, desired, live);
        }
        if (desired.isArray() && live.isArray() && desired.size() == live.size()) {
            return arrays(path, desired, live);
        }
        boolean same = desired.equals(live) || sameQuantity(path, desired, live) || emptyAndAbsent(desired, live);
        return same ? Optional.empty() : Optional.of(path);
    }

    private static Optional<String> objects(String path, JsonNode desired, JsonNode live) {
        for (Map.Entry<String, JsonNode> field : desired.properties()) {
            Optional<String> difference =
                    difference(path + "/" + field.getKey(), field.getValue(), live.path(field.getKey()));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> arrays(String path, JsonNode desired, JsonNode live) {
        for (int i = 0; i < desired.size(); i++) {
            Optional<String> difference = difference(path + "/" + i, desired.get(i), live.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** The API server keeps one form of a quantity: 1000m comes back as 1. */
    private static boolean sameQuantity(String path, JsonNode desired, JsonNode live) {
        return (path.contains("/resources/requests/") || path.contains("/resources/limits/"))
                && live.isTextual()
                && new Quantity(desired.asText()).equals(new Quantity(live.asText()));
    }

    private static boolean emptyAndAbsent(JsonNode desired, JsonNode live) {
        return desired.isContainerNode() && desired.isEmpty() && (live.isMissingNode() || live.isNull());
    }
}
