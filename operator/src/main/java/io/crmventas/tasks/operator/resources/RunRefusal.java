package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.RunnerSettings;
import java.util.Optional;

/**
 * Why the operator does not create the Job of a requested run.
 *
 * @param reason a reason of the status
 * @param message what happened, why, and what to do
 */
public record RunRefusal(String reason, String message) {
    static final String INVALID_TOKEN = "InvalidToken";
    static final String NO_DRY_RUN = "NoDryRun";

    private static final String AGAIN = ", and ask again with another token.";

    public static Optional<RunRefusal> of(CrmScheduledTask task, RunRequest request, RunnerSettings settings) {
        String name = task.getSpec().task();
        if (request.token().length() > HandledRequest.LONGEST_TOKEN) {
            return refusal(
                    INVALID_TOKEN,
                    "Annotation " + request.annotation() + " is longer than " + HandledRequest.LONGEST_TOKEN
                            + " characters. Ask again with a shorter token.");
        }
        Optional<UnknownName> unknown = settings.catalog().unknownName(task);
        if (unknown.isPresent()) {
            return refusal(
                    unknown.get().reason(),
                    unknown.get().message() + " Write one of these names into the task, or add the name to "
                            + unknown.get().helmKey() + " in the operator's Helm values" + AGAIN);
        }
        if (request.dryRun() && !RunMode.DRY_RUN.known(task, settings)) {
            return refusal(
                    NO_DRY_RUN,
                    "Task " + name + " has no dry run. Give its entry in the"
                            + " operator's EXTRA_TASKS the field dryRun and ask again with another token, or ask for a real run.");
        }
        return Optional.empty();
    }

    private static Optional<RunRefusal> refusal(String reason, String message) {
        return Optional.of(new RunRefusal(reason, message));
    }
}
