package io.crmventas.tasks.operator.resources;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON patch (RFC 6902) that makes a live CronJob what is desired. What it does is all ours, so its spec is
 * replaced, whoever put what into it; labels and annotations of others stay. Kubernetes makes a CronJob for less work
 * than it applies one, and what was made cannot be applied later: nothing could be taken out of it.
 */
public final class CronJobPatch {
    private CronJobPatch() {}

    public static String of(CronJob live, CronJob desired) {
        ArrayNode patch = CronJobDrift.JSON.createArrayNode();
        put(
                patch,
                "/metadata/labels",
                live.getMetadata().getLabels(),
                desired.getMetadata().getLabels());
        put(
                patch,
                "/metadata/annotations",
                live.getMetadata().getAnnotations(),
                desired.getMetadata().getAnnotations());
        add(patch, "/metadata/ownerReferences", desired.getMetadata().getOwnerReferences());
        add(patch, "/spec", desired.getSpec());
        return patch.toString();
    }

    /** To add means to replace where it is there. */
    private static void add(ArrayNode patch, String path, Object value) {
        patch.addObject().put("op", "add").put("path", path).set("value", CronJobDrift.JSON.valueToTree(value));
    }

    private static void put(
            ArrayNode patch, String path, @Nullable Map<String, String> live, Map<String, String> desired) {
        if (live == null || live.isEmpty()) {
            add(patch, path, desired);
        } else {
            desired.forEach((key, value) -> add(patch, path + "/" + escaped(key), value));
        }
    }

    /** A part of a JSON pointer (RFC 6901). */
    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
