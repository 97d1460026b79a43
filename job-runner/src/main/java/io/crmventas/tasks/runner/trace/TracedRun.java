package io.crmventas.tasks.runner.trace;

/**
 * Which run it is.
 *
 * @param job name of the Job
 * @param namespace of the task resource
 * @param name of the task resource
 * @param task as in {@code spec.task}
 * @param shard of several, as {@code 0 of 3}; empty for a run of the whole task
 */
public record TracedRun(String job, String namespace, String name, String task, String shard) {}
