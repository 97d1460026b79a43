package io.crmventas.tasks.operator.config;

import java.util.List;
import java.util.Optional;

/**
 * Holds what the platform's administrator decides about the runner's pods. The author of a task cannot change it.
 *
 * @param imagePullSecrets the names of Secrets in the namespaces of the tasks
 * @param redis the address of the CRM's Redis; empty: none
 * @param log the content and format of the runner's log
 * @param catalog the entries that the author of a task can name
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

    /** @param secret the Secret with REDIS_URL or REDIS_PASSWORD, in the namespace of the task */
    public record Redis(Optional<String> host, String port, Optional<String> secret, boolean cacheEnabled) {}
}
