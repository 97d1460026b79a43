package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.JobFactory;
import io.crmventas.tasks.operator.resources.RunRefusal;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.status.Reason;
import io.crmventas.tasks.operator.status.TaskEvent;
import io.crmventas.tasks.operator.status.TaskEvent.Kind;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

    /** A request that is dealt with, and what to tell of it; nothing if that was told before. */
    record Handled(HandledRequest request, Optional<TaskEvent> event) {}

    List<Handled> handle(
            CrmScheduledTask task, @Nullable CrmScheduledTaskStatus previous, FailedCalls failed, Instant now) {
        return RunRequest.on(task).stream()
                .filter(request ->
                        previous == null || !request.token().equals(previous.lastHandledRequest(request.dryRun())))
                .flatMap(request -> Optional.ofNullable(previous)
                        .flatMap(status -> status.handledRequest(request.token(), request.dryRun()))
                        .map(before -> new Handled(before, Optional.empty()))
                        .or(() -> start(task, request, previous, failed, now))
                        .stream())
                .toList();
    }

    private Optional<Handled> start(
            CrmScheduledTask task,
            RunRequest request,
            @Nullable CrmScheduledTaskStatus previous,
            FailedCalls failed,
            Instant now) {
        if (previous == null) {
            return Optional.of(refused(
                    request,
                    Reason.PRESENT_AT_CREATION.text(),
                    "The request was there when the task was created, as after the restore of a backup. "
                            + Reason.PRESENT_AT_CREATION.remedy(),
                    now));
        }
        return RunRefusal.of(task, request, settings)
                .map(refusal -> refused(request, refusal.reason(), refusal.message(), now))
                .or(() -> create(task, request, failed, now));
    }

    /** Empty if the call failed: the request stays open, and the next reconcile handles it. */
    private Optional<Handled> create(CrmScheduledTask task, RunRequest request, FailedCalls failed, Instant now) {
        String job = request.jobName(task);
        try {
            client.resource(JobFactory.requestedRun(task, request, settings)).create();
        } catch (KubernetesClientException error) {
            if (REFUSALS.contains(error.getCode())) {
                return Optional.of(refused(
                        request,
                        Reason.JOB_REJECTED.text(),
                        "Kubernetes refused Job " + job + ": " + error.getMessage()
                                + " Correct what it names, and ask again with another token.",
                        now));
            }
            // An operator that was killed between the Job and the status left the Job.
            if (!FailedCalls.alreadyExists(error)) {
                failed.add("create Job " + job, error);
                return Optional.empty();
            }
        }
        return Optional.of(new Handled(
                new HandledRequest(request.token(), time(now), dry(request), job, null, null),
                Optional.of(new TaskEvent(
                        Kind.RUN_STARTED,
                        "Job " + job + " was started on request" + (request.dryRun() ? ", as a dry run." : ".")))));
    }

    private static Handled refused(RunRequest request, String reason, String message, Instant now) {
        return new Handled(
                new HandledRequest(request.token(), time(now), dry(request), null, reason, message),
                Optional.of(new TaskEvent(Kind.RUN_REFUSED, message)));
    }

    private static @Nullable Boolean dry(RunRequest request) {
        return request.dryRun() ? true : null;
    }

    private static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
