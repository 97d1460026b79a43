package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.config.Sha256;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Builds the Job that checks whether a task can run. Its pod is like that of a run, so it meets the same obstacles. */
public final class PreflightJob {
    private static final int LONGEST_NAME = 63;
    private static final int HASH_DIGITS = 8;

    /** The pull of an image that is new to the node takes most of this time. */
    private static final long DEADLINE_SECONDS = 240;
    /** The timeout ends before the Job's deadline, so that the runner can report a database that does not answer. */
    private static final String TIMEOUT = "3m";
    /** This time is longer than the gap between two preflights, so that a restarted operator finds the last one. */
    private static final int KEEP_SECONDS = 900;

    private PreflightJob() {}

    /** Hashes everything that a preflight depends on. While the hash is the same, the task needs no new preflight. */
    public static String hash(CrmScheduledTask task, RunnerSettings settings) {
        List<Object> inputs = new ArrayList<>();
        // The UID gives different Jobs to tasks whose names begin alike, and to a recreated task.
        inputs.add(task.uid());
        inputs.add(RunMode.PREFLIGHT.arguments(task, settings).orElseThrow());
        inputs.add(SecretVolume.of(task, settings));
        settings.catalog()
                .extraTask(task)
                .ifPresentOrElse(
                        extra -> {
                            inputs.add(extra.image().name());
                            inputs.add(extra.image().command());
                            inputs.add(new TreeMap<>(extra.environment()));
                        },
                        () -> {
                            inputs.add(settings.image());
                            inputs.add(settings.redis());
                            inputs.add(ContainerEnvironment.parameters(task));
                        });
        return Sha256.hex(inputs.toString()).substring(0, HASH_DIGITS);
    }

    /** Gives each attempt one name, so that an operator that was killed finds the Job that it created. */
    public static String name(CrmScheduledTask task, String hash, int attempt) {
        String suffix = "-check-" + hash + (attempt == 1 ? "" : "-" + attempt);
        String name = task.name();
        String start = name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length()));
        // Kubernetes refuses a name with a dot or a dash before the suffix.
        return start.replaceAll("[.-]+$", "") + suffix;
    }

    public static Job create(CrmScheduledTask task, RunnerSettings settings, String name) {
        // The labels of a run's Job would make a queue admit the preflight first.
        Map<String, String> labels = TaskLabels.of(task);
        labels.put(TaskLabels.ROLE, TaskLabels.PREFLIGHT);
        return JobFactory.owned(task, name, labels)
                .withNewSpec()
                .withBackoffLimit(1)
                .withActiveDeadlineSeconds(DEADLINE_SECONDS)
                .withTtlSecondsAfterFinished(KEEP_SECONDS)
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(JobFactory.failurePolicy(false))
                .withTemplate(pod(task, settings))
                .endSpec()
                .build();
    }

    private static PodTemplateSpec pod(CrmScheduledTask task, RunnerSettings settings) {
        PodTemplateSpec pod = PodTemplate.create(task, settings);
        pod.getMetadata().getLabels().put(TaskLabels.ROLE, TaskLabels.PREFLIGHT);
        Container container = pod.getSpec().getContainers().getFirst();
        container.setArgs(RunMode.PREFLIGHT.arguments(task, settings).orElseThrow());
        // One pod checks for all shards, and it has no index.
        Set<String> replaced = Set.of(RunnerEnvironment.SHARDS, RunnerEnvironment.TIMEOUT);
        container.getEnv().removeIf(variable -> replaced.contains(variable.getName()));
        container.getEnv().add(new EnvVar(RunnerEnvironment.TIMEOUT, TIMEOUT, null));
        return pod;
    }
}
