package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.desired.DesiredRunJob;
import io.crmventas.tasks.operator.desired.RunRequest;
import io.crmventas.tasks.operator.desired.RunnerSettings;
import io.crmventas.tasks.operator.desired.Work;
import io.crmventas.tasks.operator.status.TaskEvent;
import io.crmventas.tasks.operator.status.TaskEvent.Kind;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Starts the runs that annotations ask for, suspended or not, each token once. */
final class RunRequests {
    /** Answers that another try would not change. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 422);

    private final KubernetesClient client;
    private final RunnerSettings settings;

    RunRequests(KubernetesClient client, RunnerSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** A request that is dealt with, and what to tell of it. */
    record Handled(String token, TaskEvent event) {}

    Optional<Handled> handle(CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous) {
        return RunRequest.of(task)
                .filter(request -> previous == null || !request.token().equals(previous.lastHandledRunRequest()))
                .map(request -> new Handled(request.token(), start(task, request)));
    }

    private TaskEvent start(CrmScheduledTask task, RunRequest request) {
        if (!request.unknownOptions().isEmpty()) {
            return new TaskEvent(
                    Kind.RUN_REFUSED,
                    "Annotation " + RunRequest.OPTIONS + " does not know " + String.join(", ", request.unknownOptions())
                            + ". Write dryRun or remove it, and ask again with another token.");
        }
        if (!settings.knows(task.getSpec().task())) {
            return new TaskEvent(
                    Kind.RUN_REFUSED, UnknownTask.message(task.getSpec().task(), settings));
        }
        if (request.dryRun() && !Work.DRY_RUN.known(task, settings)) {
            return new TaskEvent(
                    Kind.RUN_REFUSED,
                    "Task " + task.getSpec().task() + " knows no dry run, and a real one was not asked for."
                            + " Its entry in the operator's EXTRA_TASKS has no field dryRun.");
        }
        String job = request.jobName(task);
        try {
            client.resource(DesiredRunJob.of(task, request, settings)).create();
        } catch (KubernetesClientException error) {
            if (REFUSALS.contains(error.getCode())) {
                return new TaskEvent(Kind.RUN_REFUSED, "Kubernetes refused Job " + job + ": " + error.getMessage());
            }
            // Killed between the Job and the status, we find the Job.
            if (error.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw error;
            }
        }
        return new TaskEvent(
                Kind.RUN_STARTED,
                "Job " + job + " was started on request" + (request.dryRun() ? ", as a dry run." : "."));
    }
}
