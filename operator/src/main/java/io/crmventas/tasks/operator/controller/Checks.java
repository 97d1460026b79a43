package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.PreflightJob;
import io.crmventas.tasks.operator.resources.RunMode;
import io.crmventas.tasks.operator.status.CheckPlan;
import io.crmventas.tasks.operator.status.CheckPlan.Checked;
import io.crmventas.tasks.operator.status.CheckPlan.Unchecked;
import io.crmventas.tasks.operator.status.Preflights;
import io.crmventas.tasks.operator.status.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has a task checked before it runs. */
final class Checks {
    /** Answers that say: what was sent cannot be had now. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 422);
    /** A Job that is there and not in the cache yet. */
    private static final Duration CACHE_RECHECK = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final RunnerSettings settings;
    private final boolean schedulingEnabled;
    private final boolean wanted;
    private final PreflightRate rate = new PreflightRate();

    /** @param wanted false turns all of it off */
    Checks(KubernetesClient client, RunnerSettings settings, boolean schedulingEnabled, boolean wanted) {
        this.client = client;
        this.settings = settings;
        this.schedulingEnabled = schedulingEnabled;
        this.wanted = wanted;
    }

    CheckPlan plan(CrmScheduledTask task, Runs runs, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        Optional<UnknownName> unknown = settings.catalog().unknownName(task);
        if (unknown.isPresent()) {
            return new Unchecked(
                    Reason.of(unknown.get().reason()).orElseThrow(),
                    unknown.get().message());
        }
        if (!wanted) {
            return new Unchecked(Reason.NOT_CHECKED, "PREFLIGHT of the operator is false: no task is checked.");
        }
        if (!RunMode.PREFLIGHT.known(task, settings)) {
            return new Unchecked(
                    Reason.NOT_CHECKED,
                    "Task " + task.getSpec().task() + " has no check in the operator's catalog of extra tasks.");
        }
        String hash = PreflightJob.hash(task, settings);
        boolean enabled =
                schedulingEnabled && !Boolean.FALSE.equals(task.getSpec().enabled());
        Checked plan = Preflights.plan(
                hash,
                attempt -> PreflightJob.name(task, hash, attempt),
                runs.checks(),
                previous,
                previous != null && !task.getMetadata().getGeneration().equals(previous.observedGeneration()),
                enabled,
                now);
        if (enabled || plan.start().isEmpty()) {
            return plan;
        }
        return ended(previous)
                .<CheckPlan>map(before -> Checked.of(before, Optional.empty(), Optional.empty()))
                .orElseGet(() -> new Unchecked(
                        Reason.NOT_CHECKED, "The task is disabled. The operator checks it when it is enabled."));
    }

    private static Optional<Preflight> ended(@Nullable CrmScheduledTaskStatus previous) {
        return Optional.ofNullable(previous)
                .map(CrmScheduledTaskStatus::preflight)
                .filter(before -> before.result() != null);
    }

    /** Creates the Job that the plan asks for. Call it when a suspension is applied: this call can be slow, or fail. */
    CheckPlan start(
            CrmScheduledTask task,
            CheckPlan plan,
            @Nullable CrmScheduledTaskStatus previous,
            OwnedInformer<Job> cache,
            FailedCalls failed,
            Instant now) {
        if (!(plan instanceof Checked checked) || checked.start().isEmpty()) {
            return plan;
        }
        boolean waits = checked.suspension().suspends();
        if (!rate.take(waits, now)) {
            // A task that runs meanwhile keeps the result of the earlier image: that costs no write.
            Preflight shown = waits ? checked.known() : ended(previous).orElse(checked.known());
            return Checked.later(shown, PreflightRate.retry(task.getMetadata().getUid(), waits, now));
        }
        return started(task, checked, checked.start().get(), cache, failed, now);
    }

    private Checked started(
            CrmScheduledTask task,
            Checked plan,
            String job,
            OwnedInformer<Job> cache,
            FailedCalls failed,
            Instant now) {
        try {
            Job made = client.resource(PreflightJob.create(task, settings, job)).create();
            cache.remember(Trim.job(made), Optional.empty());
            return plan;
        } catch (KubernetesClientException error) {
            if (REFUSALS.contains(error.getCode())) {
                return Preflights.refused(plan, job, "Kubernetes refused the check: " + error.getMessage(), now);
            }
            if (!FailedCalls.alreadyExists(error)) {
                failed.add("create Job " + job, error);
            }
            return Checked.later(plan.known(), now.plus(CACHE_RECHECK));
        }
    }
}
