package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A person asks by annotation for a run now. A token runs once a kind: the Job's name follows from it. */
public record RunRequest(String token, boolean dryRun) {
    public static final String RUN_REQUESTED = "crmventas.io/run-requested";
    public static final String DRY_RUN_REQUESTED = "crmventas.io/dry-run-requested";

    /** The requests that the task's annotations hold, handled or not. */
    public static List<RunRequest> on(CrmScheduledTask task) {
        return Stream.of(false, true)
                .flatMap(dryRun -> on(task, dryRun).stream())
                .toList();
    }

    /** The request of one kind. */
    public static Optional<RunRequest> on(CrmScheduledTask task, boolean dryRun) {
        return Optional.ofNullable(task.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(annotation(dryRun)))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .map(token -> new RunRequest(token, dryRun));
    }

    /** The annotation that holds the token of this request. */
    public String annotation() {
        return annotation(dryRun);
    }

    public String jobName(CrmScheduledTask task) {
        return JobFactory.name(task, dryRun ? "dry-run/" + token : token);
    }

    private static String annotation(boolean dryRun) {
        return dryRun ? DRY_RUN_REQUESTED : RUN_REQUESTED;
    }
}
