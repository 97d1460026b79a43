package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Shard;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param shard whose tenants
 * @param dryRun do everything and roll it back
 * @param asOf the run's now; null asks the database's clock
 * @param timeout of the pod: no run of this task works longer
 * @param lockWait how long to wait for another run of the task
 */
public record RunRequest(
        CrmTask task,
        Shard shard,
        boolean dryRun,
        @Nullable Instant asOf,
        Duration timeout,
        Duration lockWait,
        RetryPolicy retry) {}
