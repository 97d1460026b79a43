package io.crmventas.tasks.runner.trace;

import io.crmventas.tasks.contract.EarlierRun;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The durable trace of one run: a row from its first connection on, its end before the connection closes. A report is
 * gone with its pod; this is not, and the next run of the same resource tells it. Never stands in a run's way: what goes
 * wrong here is one warning, and nothing here waits.
 */
public final class RunTrace {
    /** Rows of one task resource. */
    static final int KEPT = 50;
    /** The longest wait for a lock, and for the server's answer at the end. */
    private static final int BRIEFLY_MILLIS = 500;

    private static final int ANSWER_MILLIS = 2000;

    private final Optional<TracedRun> traced;
    private List<EarlierRun> earlier = List.of();
    private @Nullable Long row;
    private @Nullable String warning;

    private RunTrace(Optional<TracedRun> traced) {
        this.traced = traced;
    }

    public static RunTrace of(TracedRun run) {
        return new RunTrace(Optional.of(run));
    }

    /** For a dry run, and for one outside of Kubernetes. */
    public static RunTrace none() {
        return new RunTrace(Optional.empty());
    }

    /** @return the newest runs of the same resource that ended; empty where there is no trace */
    public List<EarlierRun> begin(Connection connection, Instant startedAt) {
        if (traced.isEmpty()) {
            return List.of();
        }
        try {
            String lockTimeout = lockTimeoutIfUsable(connection);
            if (lockTimeout == null) {
                return List.of();
            }
            try {
                if (row == null) {
                    earlier = begin(connection, traced.get(), startedAt, lockTimeout);
                } else {
                    beginAgain(connection, row, lockTimeout);
                }
            } catch (SQLException failed) {
                Sql.of("select set_config('lock_timeout', :before, false) as as_before")
                        .with("before", lockTimeout)
                        .list(connection, as -> as);
                throw failed;
            }
        } catch (SQLException failed) {
            warn(failed);
        }
        return earlier;
    }

    /** Null where the table is not there or not ours to use. */
    private static @Nullable String lockTimeoutIfUsable(Connection connection) throws SQLException {
        return Sql.of(TraceSql.USABLE)
                .with("briefly", String.valueOf(BRIEFLY_MILLIS))
                .list(
                        connection,
                        found -> found.get("usable", Boolean.class) ? found.get("lock_timeout", String.class) : null)
                .getFirst();
    }

    private List<EarlierRun> begin(Connection connection, TracedRun run, Instant startedAt, String lockTimeout)
            throws SQLException {
        List<EarlierRun> ended = new ArrayList<>();
        Sql.of(TraceSql.BEGIN)
                .with("job", run.job())
                .with("namespace", run.namespace())
                .with("name", run.name())
                .with("task", run.task())
                .with("shard", run.shard())
                .with("startedAt", startedAt)
                .with("lockTimeout", lockTimeout)
                .with("most", RunReport.MOST_EARLIER)
                .list(connection, found -> {
                    row = found.get("run_id", Long.class);
                    return found.find("job_name", String.class) != null && ended.add(earlier(found));
                });
        return ended;
    }

    private static EarlierRun earlier(Row row) throws SQLException {
        return new EarlierRun(
                row.get("job_name", String.class),
                RunResult.of(row.get("result", String.class)),
                row.find("reason", String.class),
                row.get("ended_at", Instant.class).toString());
    }

    private static void beginAgain(Connection connection, long run, String lockTimeout) throws SQLException {
        Sql.of(TraceSql.BEGIN_AGAIN)
                .with("run", run)
                .with("lockTimeout", lockTimeout)
                .list(connection, as -> as);
    }

    /** The connection serves nothing else afterwards. */
    public void end(Connection connection, RunReport report) {
        if (traced.isEmpty() || row == null) {
            return;
        }
        TracedRun run = traced.get();
        Map<String, Long> counts = new TreeMap<>(report.counts() == null ? Map.of() : report.counts());
        try {
            connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            Sql.of("select set_config('lock_timeout', :briefly, false) as briefly")
                    .with("briefly", String.valueOf(BRIEFLY_MILLIS))
                    .list(connection, as -> as);
            Sql.of(TraceSql.END)
                    .with("namespace", run.namespace())
                    .with("name", run.name())
                    .with("run", row)
                    .with("kept", KEPT)
                    .with("result", report.result().text())
                    .with("reason", report.reason())
                    .with("endedAt", report.completionTime() == null ? null : Instant.parse(report.completionTime()))
                    .with("names", SqlArray.of("text", counts.keySet(), name -> name))
                    .with("values", SqlArray.of("bigint", counts.values(), n -> n))
                    .update(connection);
            warning = null;
        } catch (SQLException failed) {
            warn(failed);
        }
    }

    private void warn(SQLException failed) {
        warning = "this run is not in the trace crm_tasks.task_runs: "
                + String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    }

    /** What went wrong last. */
    public Optional<String> warning() {
        return Optional.ofNullable(warning);
    }
}
