package io.crmventas.tasks.operator.config;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.TaskType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the platform's administrator defines and the author of a task only names.
 *
 * @param databases for {@code spec.database}
 * @param profiles for {@code spec.runnerProfile}
 * @param extraTasks for {@code spec.task}, beside the built-in tasks
 */
public record Catalog(
        Map<String, Database> databases, Map<String, RunnerProfile> profiles, Map<String, ExtraTask> extraTasks) {
    /** The entry of a task that names none. It is always there. */
    public static final String DEFAULT = "default";

    /**
     * @param secret in the namespace of the task
     * @param key of the Secret that holds the address; empty: the Secret has POSTGRES_DSN or the keys of CloudNativePG
     */
    public record Database(String secret, Optional<String> key) {}

    /**
     * A name in a task that the catalog does not have.
     *
     * @param reason one of those that a status can have
     * @param message names the entries that exist
     * @param helmKey where the administrator adds an entry
     */
    public record UnknownName(String reason, String message, String helmKey) {}

    public Optional<ExtraTask> extraTask(CrmScheduledTask task) {
        return Optional.ofNullable(extraTasks.get(task.getSpec().task()));
    }

    /** The first name of the task that the catalog does not have; empty when the task can run. */
    public Optional<UnknownName> unknownName(CrmScheduledTask task) {
        return Stream.of(
                        unknown("UnknownTask", "spec.task", task.getSpec().task(), taskNames(), "extraTasks"),
                        unknown("UnknownDatabase", "spec.database", database(task), databases.keySet(), "databases"),
                        unknown(
                                "UnknownRunnerProfile",
                                "spec.runnerProfile",
                                profileName(task),
                                profiles.keySet(),
                                "runner.profiles"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What {@code spec.task} may say, the built-in tasks first. */
    public List<String> taskNames() {
        return Stream.concat(
                        Arrays.stream(TaskType.values()).map(TaskType::id),
                        extraTasks.keySet().stream().sorted())
                .toList();
    }

    public Database databaseOf(CrmScheduledTask task) {
        return Objects.requireNonNull(databases.get(database(task)));
    }

    public RunnerProfile profileOf(CrmScheduledTask task) {
        return Objects.requireNonNull(profiles.get(profileName(task)));
    }

    private static String database(CrmScheduledTask task) {
        return Objects.requireNonNullElse(task.getSpec().database(), DEFAULT);
    }

    private static String profileName(CrmScheduledTask task) {
        return Objects.requireNonNullElse(task.getSpec().runnerProfile(), DEFAULT);
    }

    private static Optional<UnknownName> unknown(
            String reason, String field, String name, Collection<String> known, String helmKey) {
        return known.contains(name)
                ? Optional.empty()
                : Optional.of(new UnknownName(
                        reason,
                        "%s is %s, which the operator does not have; it has %s."
                                .formatted(field, name, String.join(", ", names(known))),
                        helmKey));
    }

    private static List<String> names(Collection<String> known) {
        return known instanceof List<String> ordered
                ? ordered
                : known.stream().sorted().toList();
    }
}
