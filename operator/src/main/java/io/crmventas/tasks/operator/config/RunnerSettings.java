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
 * @param log what the runner logs, and how
 * @param catalog what the author of a task names
 */
public record RunnerSettings(
        String image,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        Optional<Redis> redis,
        Log log,
        Catalog catalog) {

    /**
     * @param json whether a log line is a JSON object, the operator's lines included
     * @param steps whether the runner logs each step
     */
    public record Log(String level, boolean json, boolean steps) {}

    /**
     * @param secret with REDIS_URL or REDIS_PASSWORD, in the namespace of the task
     */
    public record Redis(Optional<String> host, String port, Optional<String> secret, boolean cacheEnabled) {}
}
