package io.crmventas.tasks.operator.config;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.contract.TaskType;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The platform's administrator defines these entries, and the author of a task names them. Messages keep their order.
 *
 * @param databases the entries for {@code spec.database}
 * @param profiles the entries for {@code spec.runnerProfile}
 * @param extraTasks the entries for {@code spec.task}, beside the built-in tasks
 */
public record Catalog(
        Map<String, Database> databases, Map<String, RunnerProfile> profiles, Map<String, ExtraTask> extraTasks) {
    /** A task without a name gets this entry, which always exists. */
    public static final String DEFAULT = "default";

    /**
     * @param secret a Secret in the namespace of the task
     * @param key the Secret's key with the address; empty: the Secret has POSTGRES_DSN or the keys of CloudNativePG
     */
    public record Database(String secret, Optional<String> key) {}

    /**
     * Defines what the pods of a run get. The author of a task can only name a profile. With own resources, priority
     * and labels an author could evict other pods or receive the traffic of another Service.
     *
     * @param labels the labels of the pods; the operator's own labels replace equal ones
     * @param serviceAccount the account of the pods in the namespaces of the tasks; the pods get no token of it
     * @param queue the LocalQueue of Kueue that admits the Jobs
     */
    public record RunnerProfile(
            ResourceRequirements resources,
            PodScheduling scheduling,
            Map<String, String> labels,
            Map<String, String> annotations,
            Optional<String> serviceAccount,
            Optional<String> queue) {

        /** The fields have the same meaning as in a pod. */
        public record PodScheduling(
                Optional<String> priorityClassName,
                Map<String, String> nodeSelector,
                List<Toleration> tolerations,
                Optional<Affinity> affinity) {}
    }

    /**
     * A task that is not built in. Its container has the restrictions of the job-runner, and reports in the same way.
     *
     * @param check the arguments of a preflight; empty: the task has no preflight
     * @param dryRun the arguments of a run that changes nothing; empty: the task has no dry run
     * @param secret a Secret in the namespace of the task, mounted into the container
     * @param database whether the container gets the Secret of the task's database, as the built-in tasks do
     */
    public record ExtraTask(
            Image image,
            List<String> arguments,
            Optional<List<String>> check,
            Optional<List<String>> dryRun,
            Optional<String> secret,
            Map<String, String> environment,
            boolean database) {

        /**
         * @param name an image that runs as a user other than root, with a root file system that it cannot write to
         * @param command the replacement of the image's entry point; empty: the entry point of the image
         */
        public record Image(String name, String pullPolicy, List<String> command) {}
    }

    /**
     * A name in a task that the catalog does not have.
     *
     * @param helmKey the Helm value where the administrator adds an entry
     */
    public record UnknownName(String reason, String message, String helmKey) {}

    public Optional<ExtraTask> extraTask(CrmScheduledTask task) {
        return Optional.ofNullable(extraTasks.get(task.getSpec().task()));
    }

    /** Returns the first name of the task that the catalog does not have; empty when the task can run. */
    public Optional<UnknownName> unknownName(CrmScheduledTask task) {
        CrmScheduledTaskSpec spec = task.getSpec();
        return unknown("UnknownTask", "spec.task", spec.task(), taskNames(), "extraTasks")
                .or(() -> unknown("UnknownDatabase", "spec.database", spec.database(), databases.keySet(), "databases"))
                .or(() -> unknown(
                        "UnknownRunnerProfile",
                        "spec.runnerProfile",
                        spec.runnerProfile(),
                        profiles.keySet(),
                        "runner.profiles"));
    }

    /** Returns the values that {@code spec.task} can have, the built-in tasks first. */
    public List<String> taskNames() {
        return Stream.concat(Arrays.stream(TaskType.values()).map(TaskType::id), extraTasks.keySet().stream())
                .toList();
    }

    public Database databaseOf(CrmScheduledTask task) {
        return Objects.requireNonNull(databases.get(task.getSpec().database()));
    }

    public RunnerProfile profileOf(CrmScheduledTask task) {
        return Objects.requireNonNull(profiles.get(task.getSpec().runnerProfile()));
    }

    private static Optional<UnknownName> unknown(
            String reason, String field, String name, Collection<String> known, String helmKey) {
        return known.contains(name)
                ? Optional.empty()
                : Optional.of(new UnknownName(
                        reason,
                        "%s is %s, which the operator does not have; it has %s."
                                .formatted(field, name, String.join(", ", known)),
                        helmKey));
    }
}
