package io.crmventas.tasks.operator.desired;

import io.crmventas.tasks.contract.TaskType;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the platform's administrator, not the author of a task, decides about the runner's pods.
 *
 * @param image of the job-runner
 * @param imagePullPolicy as in a container
 * @param imagePullSecrets in the namespaces of the tasks
 * @param serviceAccount of the pods; they get no token
 * @param databaseSecret for tasks that name none
 * @param redis where the CRM's Redis is; empty: none
 * @param logLevel of the runner
 * @param taskLogging whether the runner logs each step
 * @param requests defaults of the container's requests
 * @param limits defaults of the container's limits
 * @param extraTasks tasks beside the built-in ones, by name
 */
public record RunnerSettings(
        String image,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        Optional<String> serviceAccount,
        String databaseSecret,
        Optional<Redis> redis,
        String logLevel,
        boolean taskLogging,
        Map<String, Quantity> requests,
        Map<String, Quantity> limits,
        Map<String, ExtraTask> extraTasks) {

    /**
     * @param secret with REDIS_URL or REDIS_PASSWORD, in the namespace of the task
     */
    public record Redis(Optional<String> host, String port, Optional<String> secret, boolean cacheEnabled) {}

    public Optional<ExtraTask> extra(String task) {
        return Optional.ofNullable(extraTasks.get(task));
    }

    /** Whether there is anything to run under that name. */
    public boolean knows(String task) {
        return TaskType.of(task).isPresent() || extraTasks.containsKey(task);
    }

    /** Says so of a task that is none of these. */
    public String notKnown(String task) {
        return "There is no task " + task + "; known are " + String.join(", ", knownTasks()) + ".";
    }

    /** What {@code spec.task} may say, the built-in ones first. */
    public List<String> knownTasks() {
        return Stream.concat(
                        Arrays.stream(TaskType.values()).map(TaskType::id),
                        extraTasks.keySet().stream().sorted())
                .toList();
    }
}
