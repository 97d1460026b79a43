package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.sql.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Begins each transaction of a run: it sets the limits and takes the task's lock. The first transaction of a run decides
 * whether the run is skipped. A later one that does not get the lock fails, because its run has begun.
 */
final class TransactionStart implements Transactions.Start {
    /** The first transaction of a run found another run at work. */
    static final class AnotherRunWorks extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AnotherRunWorks(String message) {
            super(message, null, false, false);
        }
    }

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT_OF_A_BEGUN_RUN = Duration.ofSeconds(30);
    private static final Duration LONGEST_LOCK = Duration.ofSeconds(30);
    /** The runner cancels its statement itself. The server's own limit ends what the runner cannot reach any more. */
    private static final Duration SERVER_LIMIT_AFTER_OURS = Duration.ofSeconds(5);

    private final TaskLock lock;
    private final RunOptions request;
    private final StopSwitch stop;
    private boolean begun;
    private long waitingSince;

    /** @param begun whether an earlier attempt of this run had the lock */
    TransactionStart(RunOptions request, StopSwitch stop, boolean begun) {
        this.lock = TaskLock.of(request.task().type(), request.shard());
        this.request = request;
        this.stop = stop;
        this.begun = begun;
    }

    @Override
    public boolean begin(Connection connection) throws SQLException {
        Duration remaining = stop.remaining();
        Transactions.limit(
                connection,
                remaining.plus(SERVER_LIMIT_AFTER_OURS),
                Collections.min(List.of(LONGEST_LOCK, remaining.dividedBy(2))));
        if (lock.take(connection)) {
            begun = true;
            waitingSince = 0;
            return true;
        }
        if (waitingSince == 0) {
            waitingSince = System.nanoTime();
        }
        if (System.nanoTime() - waitingSince
                >= patience(begun, request.lockWait(), remaining).toNanos()) {
            throw refused(lock.holder(connection));
        }
        // A transaction that waits would keep a pooled session, and a waiting statement keeps vacuum from its work.
        connection.rollback();
        if (stop.sleep(PAUSE)) {
            throw new Failure(FailureReason.TERMINATED, "stopped while another run held the lock");
        }
        return false;
    }

    /** Leaves one second of the run's time for its report. */
    static Duration patience(boolean begun, Duration lockWait, Duration remaining) {
        Duration longest = begun ? LONGEST_WAIT_OF_A_BEGUN_RUN : lockWait;
        return Collections.min(List.of(longest, remaining.minusSeconds(1)));
    }

    private RuntimeException refused(Optional<TaskLock.Holder> holder) {
        String who = holder.map(TaskLock.Holder::toString).orElse("a session that has ended since");
        if (begun) {
            return new Failure(
                    FailureReason.LOCK_TIMEOUT, "another session took the lock of this task while it worked: " + who);
        }
        Duration timeout = request.timeout();
        // Every run ends within its timeout. What holds the lock longer, or for an unknown time, is no ordinary run.
        boolean ordinary = holder.flatMap(TaskLock.Holder::age)
                .map(age -> age.compareTo(timeout) <= 0)
                .orElse(holder.isEmpty());
        if (ordinary) {
            return new AnotherRunWorks(
                    "another run of task " + request.task().type().id() + " works in this database: " + who);
        }
        String age = holder.orElseThrow()
                .age()
                .map(time -> "for " + time.toSeconds() + " s, longer than the task's timeout of "
                        + DurationText.format(timeout))
                .orElse("as another role, for an unknown time");
        return new Failure(
                FailureReason.LOCK_HELD,
                who + " has held the lock of this task " + age + "; end it with pg_terminate_backend("
                        + holder.get().pid() + ") if it is not a run that works");
    }
}
