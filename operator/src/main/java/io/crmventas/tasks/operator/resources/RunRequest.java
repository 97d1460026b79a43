package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody wants a run now, and says so by annotation. A token runs once: it is the Job's name, and the status
 * keeps it.
 *
 * @param unknownOptions words of {@code run-options} that mean nothing
 */
public record RunRequest(String token, boolean dryRun, List<String> unknownOptions) {
    public static final String REQUESTED = "crmventas.io/run-requested";
    public static final String OPTIONS = "crmventas.io/run-options";

    public static final String DRY_RUN = "dryRun";

    public static Optional<RunRequest> of(CrmScheduledTask task) {
        Map<String, String> annotations =
                Optional.ofNullable(task.getMetadata().getAnnotations()).orElse(Map.of());
        String token = annotations.getOrDefault(REQUESTED, "").strip();
        List<String> options = Arrays.stream(
                        annotations.getOrDefault(OPTIONS, "").split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        return token.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunRequest(
                        token,
                        options.contains(DRY_RUN),
                        options.stream().filter(word -> !word.equals(DRY_RUN)).toList()));
    }

    public String jobName(CrmScheduledTask task) {
        return JobNames.of(task, token);
    }
}
