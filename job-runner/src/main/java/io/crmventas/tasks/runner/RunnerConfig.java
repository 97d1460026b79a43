package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.connection.DatabaseSettings;
import io.crmventas.tasks.runner.connection.DatabaseTarget;
import io.crmventas.tasks.runner.publish.RedisSettings;
import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.run.RunOptions;
import io.crmventas.tasks.runner.run.RunOptions.RetryPolicy;
import io.crmventas.tasks.runner.run.ScheduledStart;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Shard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads all settings of the environment and of the mounted Secrets once. The settings collect all mistakes. A wrong
 * value has its default here, and no command may continue with it.
 */
final class RunnerConfig {
    /** The tenants that this pod of an Indexed Job works for. */
    final Shard shard;
    /** The timeout of the pod. The run itself has 90 % of it. */
    private final Duration timeout;
    /** Present when a CronJob created this Job. */
    final Optional<ScheduledStart> scheduled;

    private final Duration lockWait;
    private final RetryPolicy retry;
    /** Empty when the settings have a mistake. */
    final Optional<DatabaseTarget> database;

    final RedisTarget redis;
    final RunLog.Level logLevel;
    final RunLog.Format logFormat;
    final RunLog.Level stepLevel;
    final Path terminationLog;

    RunnerConfig(Settings settings) {
        logLevel = settings.word(
                RunnerEnvironment.LOG_LEVEL, RunLog.Level.INFO, "DEBUG, INFO, WARNING or ERROR", RunLog.Level::of);
        logFormat = settings.word(
                RunnerEnvironment.LOG_FORMAT,
                RunLog.Format.TEXT,
                "text or json",
                text -> RunLog.Format.valueOf(text.toUpperCase(Locale.ROOT)));
        shard = shard(settings);
        timeout = settings.duration(RunnerEnvironment.TIMEOUT, "5m", "1s", "1d");
        scheduled = scheduled(settings);
        lockWait = settings.duration(RunnerEnvironment.LOCK_WAIT, "0s", "0s", "1d");
        retry = new RetryPolicy(
                settings.integer(RunnerEnvironment.RETRY_LIMIT, 2, 0, 100),
                settings.duration(RunnerEnvironment.RETRY_INITIAL_DELAY, "5s", "0s", "1d"),
                settings.duration(RunnerEnvironment.RETRY_MAX_DELAY, "1m", "0s", "1d"));
        // pg_stat_activity shows this name.
        String applicationName = "crm-task-runner/" + settings.text(RunnerEnvironment.TASK_NAMESPACE, "-") + "/"
                + settings.text(RunnerEnvironment.TASK_NAME, "-");
        database = DatabaseSettings.read(settings, applicationName);
        redis = RedisSettings.read(settings);
        boolean taskLogging = settings.flag(RunnerEnvironment.ENABLE_TASK_LOGGING, true);
        stepLevel = taskLogging ? RunLog.Level.INFO : RunLog.Level.DEBUG;
        terminationLog =
                Path.of(settings.text(RunnerEnvironment.TERMINATION_LOG, RunnerEnvironment.DEFAULT_TERMINATION_LOG));
    }

    private static Shard shard(Settings settings) {
        int count = settings.integer(RunnerEnvironment.SHARDS, 1, 1, Shard.MOST);
        if (count > 1 && settings.find(RunnerEnvironment.COMPLETION_INDEX).isEmpty()) {
            settings.add(new Failure(
                    FailureReason.INVALID_USAGE,
                    "variable " + RunnerEnvironment.COMPLETION_INDEX + ": must say which of the " + count
                            + " shards this is; pods of an Indexed Job have it"));
        }
        return new Shard(settings.integer(RunnerEnvironment.COMPLETION_INDEX, 0, 0, count - 1), count);
    }

    private static Optional<ScheduledStart> scheduled(Settings settings) {
        // Without a deadline no run is late, because no scheduled time is older than the longest one.
        Duration deadline = settings.duration(RunnerEnvironment.START_DEADLINE, "366d", "1s", "366d");
        String cronJob = settings.text(RunnerEnvironment.TASK_NAME, "");
        return ScheduledStart.of(cronJob, settings.text(RunnerEnvironment.JOB_NAME, ""), deadline, Instant.now());
    }

    RunOptions options(CrmTask task, boolean dryRun, @Nullable Instant asOf) {
        return new RunOptions(task, shard, dryRun, asOf, timeout, lockWait, retry);
    }

    Duration limit() {
        return timeout.multipliedBy(9).dividedBy(10);
    }
}
