package io.crmventas.tasks.operator.resources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.crmventas.tasks.operator.config.Sha256;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Compares the live CronJob with the desired one, and writes the patch that restores it. The live one may have more
 * fields: defaults of the API server and annotations of other clients. The comparison sends no request, and an
 * unchanged task needs no write.
 */
public final class CronJobDrift {
    /** The hash shows that a field was removed from the desired state and the live object still has it. */
    public static final String HASH = "crmventas.io/desired-hash";

    private static final int HASH_DIGITS = 16;

    /** The API server never sets these fields of a CronJob, Job, pod, container or security context by itself. */
    private static final Set<String> NEVER_DEFAULTED = Set.of("""
            startingDeadlineSeconds ttlSecondsAfterFinished backoffLimitPerIndex maxFailedIndexes managedBy
            successPolicy manualSelector activeDeadlineSeconds affinity dnsConfig ephemeralContainers
            hostAliases hostIPC hostNetwork hostPID hostUsers hostname imagePullSecrets initContainers nodeName
            nodeSelector overhead priorityClassName resourceClaims runtimeClassName schedulingGates
            setHostnameAsFQDN shareProcessNamespace subdomain tolerations topologySpreadConstraints args command
            envFrom lifecycle livenessProbe ports readinessProbe startupProbe stdin tty volumeDevices workingDir
            add fsGroup privileged procMount runAsUser runAsGroup supplementalGroups sysctls""".split("\\s+", -1));

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private CronJobDrift() {}

    /** Returns the path of the first field that differs; empty when the CronJob needs no patch. */
    public static Optional<String> between(CronJob desired, CronJob live) {
        return difference("", JSON.valueToTree(desired), JSON.valueToTree(live));
    }

    /**
     * Returns the JSON patch (RFC 6902) that restores a live CronJob. It replaces the whole spec, so it removes what
     * other clients added there, but it keeps their labels and annotations. Server-side apply costs the API server more
     * than a create, and cannot remove fields of other clients.
     */
    public static String patch(CronJob live, CronJob desired) {
        ObjectMeta is = live.getMetadata();
        ObjectMeta wanted = desired.getMetadata();
        ArrayNode patch = JSON.createArrayNode();
        addEach(patch, "/metadata/labels", is.getLabels(), wanted.getLabels());
        addEach(patch, "/metadata/annotations", is.getAnnotations(), wanted.getAnnotations());
        add(patch, "/metadata/ownerReferences", wanted.getOwnerReferences());
        add(patch, "/spec", desired.getSpec());
        return patch.toString();
    }

    /** The operation "add" also replaces an existing value. */
    private static void add(ArrayNode patch, String path, Object value) {
        patch.addObject().put("op", "add").put("path", path).set("value", JSON.valueToTree(value));
    }

    private static void addEach(ArrayNode patch, String path, Map<String, String> live, Map<String, String> desired) {
        if (live.isEmpty()) {
            add(patch, path, desired);
        } else {
            // A JSON pointer (RFC 6901) must escape "~" and "/" in keys.
            desired.forEach((key, value) ->
                    add(patch, path + "/" + key.replace("~", "~0").replace("/", "~1"), value));
        }
    }

    public static String state(CronJob desired) {
        return Objects.requireNonNull(desired.getMetadata().getAnnotations().get(HASH));
    }

    /** @param desired a CronJob without annotations */
    static CronJob stamped(CronJob desired) {
        String hash = Sha256.hex(JSON.valueToTree(desired).toString()).substring(0, HASH_DIGITS);
        desired.getMetadata().setAnnotations(Map.of(HASH, hash));
        return desired;
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
        Optional<String> added = live.properties().stream()
                .filter(field -> !desired.has(field.getKey()))
                .filter(field -> added(path, field.getKey()) && !empty(field.getValue()))
                .map(field -> path + "/" + field.getKey())
                .findFirst();
        return added.or(() -> desired.properties().stream()
                .map(field -> difference(path + "/" + field.getKey(), field.getValue(), live.path(field.getKey())))
                .flatMap(Optional::stream)
                .findFirst());
    }

    private static Optional<String> arrays(String path, JsonNode desired, JsonNode live) {
        return IntStream.range(0, desired.size())
                .mapToObj(i -> difference(path + "/" + i, desired.get(i), live.get(i)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The API server stores another form of a quantity: 1000m becomes 1, and 1500u becomes 2m. */
    private static boolean sameQuantity(String path, JsonNode desired, JsonNode live) {
        if (!path.contains("/resources/requests/") && !path.contains("/resources/limits/")) {
            return false;
        }
        try {
            return stored(desired).compareTo(stored(live)) == 0;
        } catch (IllegalArgumentException notAQuantity) {
            return false;
        }
    }

    /** Kubernetes rounds the quantities of a pod template up to thousandths. */
    private static BigDecimal stored(JsonNode quantity) {
        return new Quantity(quantity.asText()).getNumericalAmount().setScale(3, RoundingMode.CEILING);
    }

    /** The API server drops empty texts, lists and objects. */
    private static boolean emptyAndAbsent(JsonNode desired, JsonNode live) {
        return empty(desired) && (live.isMissingNode() || live.isNull());
    }

    private static boolean empty(JsonNode value) {
        return value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.asText().isEmpty());
    }

    /**
     * Returns whether another client added a field that only the live object has. The list names these fields. A newer
     * Kubernetes can add a default that we do not know, and the operator must not remove it each time.
     */
    private static boolean added(String path, String field) {
        boolean map = path.endsWith("/nodeSelector") || path.endsWith("/requests") || path.endsWith("/limits");
        boolean named = path.startsWith("/spec") && !path.endsWith("/labels") && !path.endsWith("/annotations");
        return map || (named && NEVER_DEFAULTED.contains(field));
    }
}
