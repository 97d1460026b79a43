package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.connection.DatabaseSettings;
import io.crmventas.tasks.runner.connection.DatabaseTarget;
import io.crmventas.tasks.runner.publish.RedisSettings;
import io.crmventas.tasks.runner.publish.RedisTarget;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.run.RetryPolicy;
import io.crmventas.tasks.runner.run.ScheduledStart;
import io.crmventas.tasks.runner.settings.Problem;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.Shard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that the environment and the mounted Secrets say, read once. Mistakes stand in the settings, all of them; then
 * defaults stand here, and nothing may run on them.
 *
 * @param shard of the pod, which Kubernetes numbers
 * @param timeout of the pod; the run itself has 90 % of it
 * @param scheduled when a late start is skipped, and this run has a slot
 * @param database empty when a mistake was found
 */
record RunnerConfig(
        Shard shard,
        Duration timeout,
        Optional<ScheduledStart> scheduled,
        Duration lockWait,
        RetryPolicy retry,
        Optional<DatabaseTarget> database,
        RedisTarget redis,
        boolean taskLogging,
        Path terminationLog) {

    static RunnerConfig read(Settings settings) {
        Duration second = Duration.ofSeconds(1);
        Duration hour = Duration.ofHours(1);
        settings.find(RunnerEnvironment.LOG_LEVEL)
                .filter(level -> RunLog.Level.of(level.value()).isEmpty())
                .ifPresent(level -> settings.add(level.problem("write DEBUG, INFO, WARNING or ERROR")));
        return new RunnerConfig(
                shard(settings),
                settings.duration(RunnerEnvironment.TIMEOUT, Duration.ofMinutes(5), second, Duration.ofDays(1)),
                scheduled(settings),
                settings.duration(RunnerEnvironment.LOCK_WAIT, Duration.ZERO, Duration.ZERO, Duration.ofDays(1)),
                new RetryPolicy(
                        settings.integer(RunnerEnvironment.RETRY_LIMIT, 2, 0, 100),
                        settings.duration(
                                RunnerEnvironment.RETRY_INITIAL_DELAY, Duration.ofSeconds(5), Duration.ZERO, hour),
                        settings.duration(
                                RunnerEnvironment.RETRY_MAX_DELAY, Duration.ofMinutes(1), Duration.ZERO, hour)),
                DatabaseSettings.read(settings, applicationName(settings)),
                RedisSettings.read(settings),
                settings.flag(RunnerEnvironment.ENABLE_TASK_LOGGING, true),
                Path.of(settings.text(RunnerEnvironment.TERMINATION_LOG, RunnerEnvironment.DEFAULT_TERMINATION_LOG)));
    }

    private static Shard shard(Settings settings) {
        int count = settings.integer(RunnerEnvironment.SHARDS, 1, 1, Shard.MOST);
        if (count > 1 && settings.find(RunnerEnvironment.COMPLETION_INDEX).isEmpty()) {
            settings.add(new Problem(
                    "variable " + RunnerEnvironment.COMPLETION_INDEX,
                    "must say which of the " + count + " shards this is; pods of an Indexed Job have it",
                    false));
        }
        return count == 1
                ? Shard.WHOLE
                : new Shard(settings.integer(RunnerEnvironment.COMPLETION_INDEX, 0, 0, count - 1), count);
    }

    private static Optional<ScheduledStart> scheduled(Settings settings) {
        // Read though it may not be used: a wrong one is a mistake all the same.
        Duration deadline = settings.duration(
                RunnerEnvironment.START_DEADLINE, Duration.ofDays(366), Duration.ofSeconds(1), Duration.ofDays(366));
        return settings.find(RunnerEnvironment.START_DEADLINE)
                .flatMap(given -> ScheduledStart.of(
                        settings.text(RunnerEnvironment.TASK_NAME, ""),
                        settings.text(RunnerEnvironment.JOB_NAME, ""),
                        deadline,
                        Instant.now()));
    }

    /** A wrong level is a problem that must still be told. */
    static RunLog.Level logLevel(Settings settings) {
        return RunLog.Level.of(settings.text(RunnerEnvironment.LOG_LEVEL, "INFO"))
                .orElse(RunLog.Level.INFO);
    }

    /** Who is connected, as pg_stat_activity shows it. */
    private static String applicationName(Settings settings) {
        return "crm-task-runner/" + settings.text(RunnerEnvironment.TASK_NAMESPACE, "-") + "/"
                + settings.text(RunnerEnvironment.TASK_NAME, "-");
    }

    Duration limit() {
        return timeout.multipliedBy(9).dividedBy(10);
    }
}
