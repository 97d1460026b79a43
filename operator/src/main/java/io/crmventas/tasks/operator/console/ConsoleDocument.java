package io.crmventas.tasks.operator.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.config.Sha256;
import io.crmventas.tasks.operator.console.Viewers.Viewer;
import io.crmventas.tasks.operator.http.Answer;
import io.crmventas.tasks.operator.http.Request;
import io.crmventas.tasks.operator.view.TaskRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that the page reads. Field names are those of the resource.
 *
 * @param watching false: the data may be old, because a watch of the operator does not stand
 */
record ConsoleDocument(Instant now, boolean watching) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HOURS = 24;

    /** Runs that ended in one hour. */
    record Hour(int succeeded, int failed, int other) {}

    /** @param seen the version that the page has; the same version again is answered without the tasks */
    Map<String, @Nullable Object> list(
            Viewer viewer, String operatorNamespace, List<TaskRow> tasks, Optional<String> seen) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("now", now.toString());
        document.put("watching", watching);
        String version = version(viewer, tasks);
        document.put("version", version);
        document.put("unchanged", seen.filter(version::equals).isPresent());
        if (seen.filter(version::equals).isEmpty()) {
            document.put("user", viewer.user());
            document.put("mayPauseAll", viewer.mayPauseAll());
            document.put("operatorNamespace", operatorNamespace);
            document.put("incomplete", !viewer.complete());
            document.put("hours", hours(tasks));
            document.put("tasks", tasks.stream().map(ConsoleDocument::row).toList());
        }
        return document;
    }

    Map<String, @Nullable Object> details(TaskRow task, boolean mayRun, boolean mayPause) {
        Map<String, @Nullable Object> document = named(task);
        document.put("spec", task.spec());
        document.put("status", Objects.requireNonNullElse(task.status(), Map.of()));
        return new LinkedHashMap<>(Map.of(
                "now",
                now.toString(),
                "watching",
                watching,
                "may",
                Map.of("run", mayRun, "pause", mayPause),
                "task",
                document));
    }

    /** Zipped where the browser takes that: the list of 1,000 tasks is half a megabyte of text. */
    Answer answer(Request request, Map<String, @Nullable Object> document) {
        boolean zipped = request.header("Accept-Encoding")
                .filter(encodings -> encodings.contains("gzip"))
                .isPresent();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (OutputStream out = zipped ? new GZIPOutputStream(body) : body) {
            JSON.writeValue(out, document);
        } catch (IOException impossible) {
            throw new UncheckedIOException("documents are plain data, and memory takes them", impossible);
        }
        Answer answer = new Answer(
                Answer.OK,
                Map.of("Content-Type", "application/json", "Vary", "Accept-Encoding"),
                body.size(),
                body::writeTo);
        return zipped ? answer.with("Content-Encoding", "gzip") : answer;
    }

    /** Changes with the tasks, with the viewer's permissions, and every five minutes, because the hours move on. */
    private String version(Viewer viewer, List<TaskRow> tasks) {
        StringBuilder state = new StringBuilder()
                .append(viewer.user())
                .append(viewer.mayPauseAll())
                .append(viewer.complete())
                .append(now.getEpochSecond() / Duration.ofMinutes(5).toSeconds());
        tasks.forEach(task -> state.append(task.uid())
                .append(' ')
                .append(task.resource().getMetadata().getResourceVersion())
                .append('\n'));
        return Sha256.hex(state.toString());
    }

    /** What the list shows of a task: as in the details, without what grows. */
    private static Map<String, @Nullable Object> row(TaskRow task) {
        CrmScheduledTaskSpec spec = task.spec();
        Map<String, @Nullable Object> document = named(task);
        document.put(
                "spec",
                present(
                        "task",
                        spec.task(),
                        "interval",
                        spec.interval(),
                        "schedule",
                        spec.schedule(),
                        "timeZone",
                        spec.timeZone()));
        CrmScheduledTaskStatus status = task.status();
        document.put("status", status == null ? Map.of() : status(status));
        return document;
    }

    private static Map<String, Object> status(CrmScheduledTaskStatus status) {
        return present(
                "state", status.state(),
                "timeZone", status.timeZone(),
                "nextRunTime", status.nextRunTime(),
                "lastSuccessTime", status.lastSuccessTime(),
                "lastRun", status.lastRun(),
                "pause", status.pause(),
                "conditions",
                        stream(status.conditions())
                                .filter(ConsoleDocument::callsForAttention)
                                .toList());
    }

    private static boolean callsForAttention(Condition condition) {
        return switch (condition.type()) {
            case "Ready", "Fresh" -> "False".equals(condition.status());
            case "Stalled" -> "True".equals(condition.status());
            default -> false;
        };
    }

    private static Map<String, @Nullable Object> named(TaskRow task) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("namespace", task.namespace());
        document.put("name", task.name());
        return document;
    }

    /** The runs of each of the last 24 hours, the oldest hour first, as far as the statuses keep them. */
    private List<Hour> hours(List<TaskRow> tasks) {
        int[][] counts = new int[HOURS][3];
        tasks.stream()
                .flatMap(task -> Stream.ofNullable(task.status()))
                .flatMap(status -> stream(status.history()))
                .forEach(run -> count(run, counts));
        return IntStream.range(0, HOURS)
                .mapToObj(hour -> new Hour(counts[hour][0], counts[hour][1], counts[hour][2]))
                .toList();
    }

    /** A status with a time that cannot be read must not take the list away from its viewers. */
    private void count(RunEntry run, int[][] counts) {
        Instant end;
        try {
            end = Instant.parse(Objects.requireNonNullElse(run.completionTime(), ""));
        } catch (DateTimeParseException unreadable) {
            return;
        }
        long ago = ChronoUnit.HOURS.between(end, now);
        if (ago >= 0 && ago < HOURS) {
            RunResult result = RunResult.of(run.result());
            counts[HOURS - 1 - (int) ago][result.success() ? 0 : result.failure() ? 1 : 2]++;
        }
    }

    private static <T> Stream<T> stream(@Nullable Collection<T> values) {
        return values == null ? Stream.of() : values.stream();
    }

    private static Map<String, Object> present(@Nullable Object... pairs) {
        Map<String, Object> present = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                present.put(String.valueOf(pairs[i]), value);
            }
        }
        return present;
    }
}
