package io.crmventas.tasks.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.resources.ExtraTask;
import java.util.List;
import java.util.Set;

/** One entry of EXTRA_TASKS. */
final class ExtraTaskReader {
    private static final Set<String> FIELDS =
            Set.of("image", "imagePullPolicy", "command", "args", "check", "dryRun", "secretName", "env", "database");

    /** A variable's name, but neither the operator's own nor Kubernetes'. */
    private static final String VARIABLE =
            "(?!(CRM_.*|JOB_COMPLETION_INDEX|LOG_LEVEL|ENABLE_TASK_LOGGING)$)[A-Za-z_][A-Za-z0-9_]*";

    private final CatalogEntry entry;

    ExtraTaskReader(String name, JsonNode fields, EnvironmentReader environment) {
        entry = new CatalogEntry(CatalogReader.EXTRA_TASKS, name, fields, environment);
    }

    ExtraTask task(String defaultPullPolicy) {
        entry.hasOnly(FIELDS, "an object with image, args and so on");
        return new ExtraTask(
                image(),
                entry.text("imagePullPolicy", "Always|IfNotPresent|Never", "Always, IfNotPresent or Never")
                        .orElse(defaultPullPolicy),
                entry.texts("command").orElse(List.of()),
                entry.texts("args").orElse(List.of()),
                entry.texts("check"),
                entry.texts("dryRun"),
                entry.text("secretName", CatalogEntry.OBJECT_NAME, "the name of a Secret"),
                entry.textsByName(
                        "env",
                        VARIABLE,
                        "another name: letters, digits and _, and not one that the operator sets",
                        "(?s).*"),
                entry.flag("database"));
    }

    private String image() {
        String expected = "the image that runs, as in registry.example/invoices:1.0";
        return entry.text("image", "\\S+", expected).orElseGet(() -> {
            entry.problem("image", expected);
            return "";
        });
    }
}
