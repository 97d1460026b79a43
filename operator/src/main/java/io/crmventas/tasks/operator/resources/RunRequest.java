package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.RunnerSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A person requests a run by an annotation. Each token starts one run of each kind: the Job's name follows from it. */
public record RunRequest(String token, boolean dryRun) {
    public static final String RUN_REQUESTED = "crmventas.io/run-requested";
    public static final String DRY_RUN_REQUESTED = "crmventas.io/dry-run-requested";

    /** Returns all requests in the task's annotations, also the handled ones. */
    public static List<RunRequest> on(CrmScheduledTask task) {
        return Stream.of(false, true)
                .flatMap(dryRun -> on(task, dryRun).stream())
                .toList();
    }

    public static Optional<RunRequest> on(CrmScheduledTask task, boolean dryRun) {
        return Optional.ofNullable(task.getMetadata().getAnnotations().get(annotation(dryRun)))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .map(token -> new RunRequest(token, dryRun));
    }

    public String annotation() {
        return annotation(dryRun);
    }

    public String jobName(CrmScheduledTask task) {
        return JobFactory.name(task, dryRun ? "dry-run/" + token : token);
    }

    private static String annotation(boolean dryRun) {
        return dryRun ? DRY_RUN_REQUESTED : RUN_REQUESTED;
    }

    /**
     * Explains why the operator does not create the Job of this request.
     *
     * @param reason a reason of the status
     * @param message what happened, why, and what to do
     */
    public record RunRefusal(String reason, String message) {}

    /** Returns empty when the operator can create the Job. */
    public Optional<RunRefusal> refusal(CrmScheduledTask task, RunnerSettings settings) {
        if (token.length() > HandledRequest.LONGEST_TOKEN) {
            return Optional.of(new RunRefusal(
                    "InvalidToken",
                    "Annotation " + annotation() + " is longer than " + HandledRequest.LONGEST_TOKEN
                            + " characters. Ask again with a shorter token."));
        }
        Optional<UnknownName> unknown = settings.catalog().unknownName(task);
        if (unknown.isPresent()) {
            return Optional.of(new RunRefusal(
                    unknown.get().reason(),
                    unknown.get().message() + " Write one of these names into the task, or add the name to "
                            + unknown.get().helmKey()
                            + " in the operator's Helm values, and ask again with another token."));
        }
        return dryRun && RunMode.DRY_RUN.arguments(task, settings).isEmpty()
                ? Optional.of(new RunRefusal(
                        "NoDryRun",
                        "Task " + task.getSpec().task()
                                + " has no dry run. Give its entry in extraTasks in the operator's Helm values the"
                                + " field dryRun and ask again with another token, or ask for a real run."))
                : Optional.empty();
    }
}
