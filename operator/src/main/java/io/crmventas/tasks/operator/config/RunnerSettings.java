package io.crmventas.tasks.operator.config;

import java.util.List;
import java.util.Optional;

/**
 * What the platform's administrator, not the author of a task, decides about the runner's pods.
 *
 * @param image of the job-runner
 * @param imagePullPolicy as in a container
 * @param imagePullSecrets in the namespaces of the tasks
 * @param redis where the CRM's Redis is; empty: none
 * @param logLevel of the runner
 * @param taskLogging whether the runner logs each step
 * @param catalog what the author of a task names
 */
public record RunnerSettings(
        String image,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        Optional<Redis> redis,
        String logLevel,
        boolean taskLogging,
        Catalog catalog) {

    /**
     * @param secret with REDIS_URL or REDIS_PASSWORD, in the namespace of the task
     */
    public record Redis(Optional<String> host, String port, Optional<String> secret, boolean cacheEnabled) {}
}
