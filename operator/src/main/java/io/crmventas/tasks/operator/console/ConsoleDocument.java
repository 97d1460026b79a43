package io.crmventas.tasks.operator.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.config.Sha256;
import io.crmventas.tasks.operator.http.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Builds the JSON that the page reads. The fields have the names of the resource.
 *
 * @param watching false: the data may be old, because a watch of the operator does not work
 */
record ConsoleDocument(Instant now, boolean watching) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HOURS = 24;

    /**
     * The viewer of the page.
     *
     * @param mayPauseAll whether the user may pause all tasks of the operator
     * @param tasks the tasks that the user may read
     * @param complete false: the list lacks tasks, because the console asks Kubernetes only about a limited number
     */
    record Viewer(String user, boolean mayPauseAll, List<CrmScheduledTask> tasks, boolean complete) {}

    /** The number of runs that ended in one hour. */
    record Hour(int succeeded, int failed, int other) {}

    /** @param seen the version that the page has; if it is the current one, the answer has no tasks */
    ObjectNode list(Viewer viewer, String operatorNamespace, Optional<String> seen) {
        String version = version(viewer);
        boolean unchanged = seen.filter(version::equals).isPresent();
        ObjectNode document = head().put("version", version).put("unchanged", unchanged);
        if (!unchanged) {
            document.put("user", viewer.user())
                    .put("mayPauseAll", viewer.mayPauseAll())
                    .put("operatorNamespace", operatorNamespace)
                    .put("incomplete", !viewer.complete())
                    .putPOJO("hours", hours(viewer.tasks()))
                    .putArray("tasks")
                    .addAll(viewer.tasks().stream().map(ConsoleDocument::row).toList());
        }
        return document;
    }

    ObjectNode details(CrmScheduledTask task, boolean mayRun, boolean mayPause) {
        ObjectNode document = head();
        document.putObject("may").put("run", mayRun).put("pause", mayPause);
        document.set("task", whole(task));
        return document;
    }

    private ObjectNode head() {
        return JSON.createObjectNode().put("now", now.toString()).put("watching", watching);
    }

    static Answer answer(ObjectNode document) {
        return Answer.zipped("application/json", out -> JSON.writeValue(out, document));
    }

    /** Hashes tasks and permissions. The version also changes every five minutes, because {@link #hours} end now. */
    private String version(Viewer viewer) {
        long minutes = now.getEpochSecond() / Duration.ofMinutes(5).toSeconds();
        String head = viewer.user() + viewer.mayPauseAll() + viewer.complete() + minutes;
        return Sha256.hex(viewer.tasks().stream()
                .map(task -> task.uid() + " " + task.getMetadata().getResourceVersion())
                .collect(Collectors.joining("\n", head, "")));
    }

    /** Returns a task of the list: the details without the fields that can be long. */
    private static ObjectNode row(CrmScheduledTask task) {
        ObjectNode row = whole(task);
        row.withObjectProperty("spec").retain("task", "interval", "schedule", "timeZone");
        ObjectNode status = row.withObjectProperty("status");
        status.retain("state", "timeZone", "nextRunTime", "lastSuccessTime", "lastRun", "pause", "conditions");
        status.withArrayProperty("conditions").removeIf(condition -> !callsForAttention(condition));
        return row;
    }

    private static boolean callsForAttention(JsonNode condition) {
        return switch (condition.path("type").asText()) {
            case "Ready", "Fresh" -> condition.path("status").asText().equals("False");
            case "Stalled" -> condition.path("status").asText().equals("True");
            default -> false;
        };
    }

    private static ObjectNode whole(CrmScheduledTask task) {
        ObjectNode document =
                JSON.createObjectNode().put("namespace", task.namespace()).put("name", task.name());
        document.set("spec", JSON.valueToTree(task.getSpec()));
        document.set("status", JSON.valueToTree(task.reportedStatus()));
        return document;
    }

    /** Counts the runs in the histories of the statuses for each of the last 24 hours, the oldest hour first. */
    private List<Hour> hours(List<CrmScheduledTask> tasks) {
        int[][] counts = new int[HOURS][3];
        tasks.stream().flatMap(task -> task.reportedStatus().history().stream()).forEach(run -> {
            Instant end = Objects.requireNonNullElse(run.completionTime(), Instant.EPOCH);
            long ago = ChronoUnit.HOURS.between(end, now);
            if (ago >= 0 && ago < HOURS) {
                RunResult result = RunResult.of(run.result());
                counts[HOURS - 1 - (int) ago][result.success() ? 0 : result.failure() ? 1 : 2]++;
            }
        });
        return Arrays.stream(counts)
                .map(hour -> new Hour(hour[0], hour[1], hour[2]))
                .toList();
    }
}
