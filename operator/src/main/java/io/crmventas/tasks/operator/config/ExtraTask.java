package io.crmventas.tasks.operator.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task that the platform's administrator added: what runs in its pods. The author of a CrmScheduledTask only names
 * it. Its container is held as close as the runner's, and reports in the same way.
 *
 * @param image any that runs as a user of its own choosing and with a root file system that it cannot write to
 * @param imagePullPolicy as in a container
 * @param command replaces the image's entry point; empty: as the image says
 * @param arguments of a run
 * @param check arguments that make it say whether it could run; empty: nothing is checked
 * @param dryRun arguments that make it change nothing; empty: it knows no dry run
 * @param secret mounted into the container, in the namespace of the task
 * @param environment plain values
 * @param database whether it gets the Secret of the task's database, as the built-in tasks do
 */
public record ExtraTask(
        String image,
        String imagePullPolicy,
        List<String> command,
        List<String> arguments,
        Optional<List<String>> check,
        Optional<List<String>> dryRun,
        Optional<String> secret,
        Map<String, String> environment,
        boolean database) {}
