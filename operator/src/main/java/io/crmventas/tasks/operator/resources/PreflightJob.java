package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.config.Sha256;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The Job that says whether a task can run, before it does. In a run's pod, so that what it finds is what a run finds. */
public final class PreflightJob {
    private static final int LONGEST_NAME = 63;
    private static final int HASH_DIGITS = 8;

    /** Room for the image, which may be new to the node. */
    private static final long DEADLINE_SECONDS = 240;
    /** Before that, so that a database which does not answer is reported. */
    private static final String TIMEOUT = "3m";
    /** Longer than the longest gap between two checks: an operator that was away finds the last one. */
    private static final int KEEP_SECONDS = 900;

    private PreflightJob() {}

    /** Of all that a check depends on: as long as it is the same, there is nothing to check anew. */
    public static String hash(CrmScheduledTask task, RunnerSettings settings) {
        List<Object> inputs = new ArrayList<>();
        // Two tasks with one beginning of a name, or one made anew, do not share a Job.
        inputs.add(task.getMetadata().getUid());
        inputs.add(RunMode.CHECK.arguments(task, settings).orElseThrow());
        inputs.add(SecretVolume.of(task, settings));
        settings.catalog()
                .extraTask(task)
                .ifPresentOrElse(
                        extra -> {
                            inputs.add(extra.image());
                            inputs.add(extra.command());
                            inputs.add(new TreeMap<>(extra.environment()));
                        },
                        () -> {
                            inputs.add(settings.image());
                            inputs.add(settings.redis());
                            inputs.add(ContainerEnvironment.parameters(task));
                        });
        return Sha256.hex(inputs.toString()).substring(0, HASH_DIGITS);
    }

    /** The same for the same try, so that an operator that was killed finds the Job that it made. */
    public static String name(CrmScheduledTask task, String hash, int attempt) {
        String suffix = "-check-" + hash + (attempt == 1 ? "" : "-" + attempt);
        String name = task.getMetadata().getName();
        String start = name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length()));
        // A part of a name must not end in a dot or a dash.
        return start.replaceAll("[.-]+$", "") + suffix;
    }

    public static Job of(CrmScheduledTask task, RunnerSettings settings, String name) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(task.getMetadata().getNamespace())
                // Not those of a run's Job: no queue has to admit it.
                .withLabels(TaskLabels.of(task))
                .addToLabels(TaskLabels.ROLE, TaskLabels.PREFLIGHT)
                // Not as controller: the CronJob controller would take the Job of a namesake for its own.
                .addNewOwnerReferenceLike(CronJobFactory.owner(task))
                .withController(null)
                .withBlockOwnerDeletion(null)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(1)
                .withActiveDeadlineSeconds(DEADLINE_SECONDS)
                .withTtlSecondsAfterFinished(KEEP_SECONDS)
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(CronJobFactory.failurePolicy(false))
                .withTemplate(pod(task, settings))
                .endSpec()
                .build();
    }

    private static PodTemplateSpec pod(CrmScheduledTask task, RunnerSettings settings) {
        PodTemplateSpec pod = PodTemplate.of(task, settings);
        pod.getMetadata().getLabels().put(TaskLabels.ROLE, TaskLabels.PREFLIGHT);
        Container container = pod.getSpec().getContainers().getFirst();
        container.setArgs(RunMode.CHECK.arguments(task, settings).orElseThrow());
        // One pod looks at the whole of it, and has no index.
        container
                .getEnv()
                .removeIf(variable -> variable.getName().equals(RunnerEnvironment.SHARDS)
                        || variable.getName().equals(RunnerEnvironment.TIMEOUT));
        container
                .getEnv()
                .add(new EnvVarBuilder()
                        .withName(RunnerEnvironment.TIMEOUT)
                        .withValue(TIMEOUT)
                        .build());
        return pod;
    }
}
