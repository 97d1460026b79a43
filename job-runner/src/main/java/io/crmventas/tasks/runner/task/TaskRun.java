package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.sql.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a task what it needs for one attempt.
 *
 * @param transactions the only access to the database, which commits, or rolls back in a dry run
 * @param outcome the committed work so far
 * @param absentTables the optional tables that this CRM lacks
 */
public record TaskRun(
        Instant now, Shard shard, Transactions transactions, Steps steps, Outcome outcome, Set<String> absentTables) {
    /** Counts messages that belong to no conversation, because their tenant is not named or does not exist. */
    public static final SqlFile ORPHANS = new SqlFile("task/orphan-messages.sql");

    private static final String ORPHANS_STEP = "orphan-messages";
    private static final SqlFile LARGE_READ = new SqlFile("task/large-read.sql");

    /** Runs one step in one transaction that writes nothing. */
    public <T extends @Nullable Object> T read(String step, Transactions.Work<T> work) throws SQLException {
        return steps.run(step, () -> transactions.run(work));
    }

    /**
     * Runs one step in one transaction that writes.
     *
     * @param committed counts the result; it runs after the commit, in some cases only in the next attempt
     */
    public <T> T write(String step, Transactions.Work<T> work, Consumer<T> committed) throws SQLException {
        return steps.run(step, () -> transactions.run(work, committed));
    }

    /** Returns whether an earlier attempt did the step. A second time would fill a cap again or count a row twice. */
    public boolean committedBefore(String count, String step) {
        boolean committed = outcome.counts().containsKey(count);
        if (committed) {
            steps.skip(step, "an earlier attempt of this run did it");
        }
        return committed;
    }

    /** Reads what differs between CRM databases. The report warns of what the absence of a table means. */
    public Dialect dialect(Connection connection) throws SQLException {
        if (absentTables.contains("lead_statuses")) {
            outcome.warn("The owner of table tenants has no table lead_statuses: only the built-in words close a lead");
        }
        if (absentTables.contains("notification_settings")) {
            outcome.warn("The owner of table tenants has no table notification_settings: no user is muted");
        }
        return Dialect.read(connection, absentTables);
    }

    /** Counts the messages that belong to no conversation. Only the first shard does it. */
    public void countOrphans() throws SQLException {
        if (!shard.first()) {
            steps.skip(ORPHANS_STEP, "shard 0 counts them");
        } else if (!committedBefore(Counts.ORPHAN_MESSAGES, ORPHANS_STEP)) {
            Sql count = ORPHANS.sql().with("now", now);
            outcome.count(
                    Counts.ORPHAN_MESSAGES,
                    read(ORPHANS_STEP, connection -> count.one(connection, row -> row.get("orphans", Long.class))));
        }
    }

    /** Prepares this transaction for a statement that reads many messages. */
    public static void planForLargeRead(Connection connection) throws SQLException {
        LARGE_READ.sql().list(connection, row -> row);
    }
}
