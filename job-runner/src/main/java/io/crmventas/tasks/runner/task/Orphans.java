package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Messages that belong to no conversation, since they name no tenant or one that does not exist. */
public final class Orphans {
    public static final SqlFile COUNT = new SqlFile("task/orphan-messages.sql");
    private static final String STEP = "orphan-messages";

    private Orphans() {}

    /** Every task tells how many there are; of several shards the first does. */
    public static void count(TaskRun run) throws SQLException {
        if (!run.shard().first()) {
            run.steps().skip(STEP, "shard 0 counts them");
            return;
        }
        if (!run.committedBefore(Counts.ORPHAN_MESSAGES, STEP)) {
            long orphans =
                    run.steps().run(STEP, () -> run.transactions().run(connection -> count(connection, run.now())));
            run.outcome().count(Counts.ORPHAN_MESSAGES, orphans);
        }
    }

    static long count(Connection connection, Instant now) throws SQLException {
        return COUNT.sql()
                .with("now", now)
                .list(connection, row -> row.get("orphans", Long.class))
                .getFirst();
    }
}
