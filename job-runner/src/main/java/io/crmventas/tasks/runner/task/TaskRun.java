package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Transactions;
import java.time.Instant;

/**
 * What a task gets for one attempt.
 *
 * @param now the one instant of the whole run
 * @param shard the tenants to work for
 * @param transactions the only way to the database: commits, or rolls back in a dry run
 * @param steps times and names each step
 * @param outcome collects what was committed
 */
public record TaskRun(Instant now, Shard shard, Transactions transactions, Steps steps, Outcome outcome) {
    /** An attempt after a fault must neither fill a cap again nor count a row twice. */
    public boolean committedBefore(String count, String step) {
        boolean committed = outcome.counts().containsKey(count);
        if (committed) {
            steps.skip(step, "an earlier attempt of this run did it");
        }
        return committed;
    }
}
