package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.controller.TaskJobs.Creation.Exists;
import io.crmventas.tasks.operator.controller.TaskJobs.Creation.FailedCall;
import io.crmventas.tasks.operator.controller.TaskJobs.Creation.RefusedJob;
import io.crmventas.tasks.operator.preflight.PreflightPlan;
import io.crmventas.tasks.operator.preflight.PreflightPlan.Checked;
import io.crmventas.tasks.operator.preflight.PreflightRate;
import io.crmventas.tasks.operator.preflight.Preflights;
import io.crmventas.tasks.operator.resources.JobFactory;
import io.crmventas.tasks.operator.resources.PreflightJob;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.resources.RunRequest.RunRefusal;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.crmventas.tasks.operator.suspension.CircuitBreaker;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates the Jobs that the CronJob does not create: preflights, trial runs and runs on request. The name of each Job
 * follows from its purpose, so an operator that was killed between the Job and the status finds the Job again.
 */
final class TaskJobs {
    private final KubernetesClient client;
    private final RunnerSettings settings;
    private final PreflightRate preflightRate = new PreflightRate();

    TaskJobs(KubernetesClient client, RunnerSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    sealed interface Creation {
        /** The Job exists. An earlier call can have created it. */
        record Exists() implements Creation {}

        record RefusedJob(String answer) implements Creation {}

        /** {@link FailedCalls} has the error; the next reconcile tries again. */
        record FailedCall() implements Creation {}
    }

    private Creation create(Job job, FailedCalls failed) {
        try {
            client.resource(job).create();
            return new Exists();
        } catch (KubernetesClientException error) {
            if (FailedCalls.alreadyExists(error)) {
                return new Exists();
            }
            if (FailedCalls.refused(error)) {
                return new RefusedJob(FailedCalls.answer(error));
            }
            failed.add("create Job " + job.getMetadata().getName(), error);
            return new FailedCall();
        }
    }

    /** Creates the Job that the plan asks for. Apply a suspension before this call, because it can be slow or fail. */
    PreflightPlan startPreflight(
            CrmScheduledTask task,
            PreflightPlan plan,
            CrmScheduledTaskStatus previous,
            FailedCalls failed,
            Instant now) {
        if (!(plan instanceof Checked checked) || checked.start().isEmpty()) {
            return plan;
        }
        boolean waits = checked.suspension().suspends();
        if (!preflightRate.take(waits, now)) {
            // The status of a running task keeps the result of the earlier image, which saves a write.
            Preflight shown =
                    waits ? checked.known() : Preflights.ended(previous).orElse(checked.known());
            return Checked.plan(shown, Optional.empty(), Optional.of(PreflightRate.retry(task.uid(), waits, now)));
        }
        String name = checked.start().get();
        return switch (create(PreflightJob.create(task, settings, name), failed)) {
            case Exists _, FailedCall _ -> checked;
            case RefusedJob(String answer) ->
                Preflights.refused(checked, name, "Kubernetes refused the preflight: " + answer, now);
        };
    }

    /** Returns when a trial run is due; empty while a run is active, because the result of that run decides. */
    static Optional<Instant> trialRunDue(SuspensionDecision decision, CronJobState cronJob, TaskRuns runs) {
        return cronJob instanceof CronJobState.InPlace && !runs.active()
                ? CircuitBreaker.trialDue(decision)
                : Optional.empty();
    }

    SuspensionDecision startTrialRun(
            CrmScheduledTask task,
            SuspensionDecision decision,
            CronJobState cronJob,
            TaskRuns runs,
            FailedCalls failed,
            Instant now) {
        if (trialRunDue(decision, cronJob, runs)
                .filter(due -> !now.isBefore(due))
                .isEmpty()) {
            return decision;
        }
        Breaker open = decision.breaker().orElseThrow();
        String name = CircuitBreaker.trialJobName(task, open);
        return switch (create(JobFactory.trialRun(task, name, settings), failed)) {
            case Exists _ -> decision.with(CircuitBreaker.trialStarted(task, open, now));
            case FailedCall _ -> decision;
            case RefusedJob(String answer) -> decision.with(CircuitBreaker.trialRefused(task, open, answer, now));
        };
    }

    /** Starts the runs that annotations ask for, each token once. A suspended task runs as well. */
    List<HandledRequest> handleRequests(
            CrmScheduledTask task, CrmScheduledTaskStatus previous, FailedCalls failed, Instant now) {
        return RunRequest.on(task).stream()
                .filter(request -> !request.token().equals(previous.lastHandledRequest(request.dryRun())))
                .flatMap(request -> previous
                        .handledRequest(request.token(), request.dryRun())
                        .or(() -> handle(task, request, previous, failed, now))
                        .stream())
                .toList();
    }

    /** Returns empty if the call failed. The request then stays open, and the next reconcile handles it. */
    private Optional<HandledRequest> handle(
            CrmScheduledTask task,
            RunRequest request,
            CrmScheduledTaskStatus previous,
            FailedCalls failed,
            Instant now) {
        Optional<RunRefusal> refusal = previous.observedGeneration() == null
                ? Optional.of(new RunRefusal(
                        Reason.PRESENT_AT_CREATION.text(),
                        "The request was there when the task was created, as after the restore of a backup. "
                                + Reason.PRESENT_AT_CREATION.remedy()))
                : request.refusal(task, settings);
        if (refusal.isPresent()) {
            return refusal.map(why -> handled(request, null, why.reason(), why.message(), now));
        }
        String name = request.jobName(task);
        return switch (create(JobFactory.requestedRun(task, request, settings), failed)) {
            case Exists _ -> Optional.of(handled(request, name, null, null, now));
            case FailedCall _ -> Optional.empty();
            case RefusedJob(String answer) ->
                Optional.of(handled(
                        request,
                        null,
                        Reason.JOB_REJECTED.text(),
                        Reason.sentence("Kubernetes refused Job " + name + ": " + answer)
                                + " Correct what it names, and ask again with another token.",
                        now));
        };
    }

    private static HandledRequest handled(
            RunRequest request, @Nullable String job, @Nullable String reason, @Nullable String message, Instant now) {
        Boolean dryRun = request.dryRun() ? Boolean.TRUE : null;
        return new HandledRequest(request.token(), now.truncatedTo(ChronoUnit.SECONDS), dryRun, job, reason, message);
    }
}
