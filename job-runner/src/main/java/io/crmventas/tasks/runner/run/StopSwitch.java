package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Ends a run from another thread. It ends a wait between attempts, cancels the running statement, and closes the
 * connection of a run that still continues. Only the first cause counts.
 */
public final class StopSwitch {
    /** This time, Redis and the report together must fit into the five seconds after a SIGTERM. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private record Session(Connection connection, CompletableFuture<@Nullable Void> over) {}

    private final long start = System.nanoTime();
    private final Duration limit;
    private final Failure deadlineExceeded;
    private final CompletableFuture<Failure> pulled = new CompletableFuture<>();
    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();

    /** @param limit the time that the run has from now on */
    public StopSwitch(Duration limit) {
        this.limit = limit;
        this.deadlineExceeded = new Failure(
                FailureReason.DEADLINE_EXCEEDED,
                "stopped after " + DurationText.format(limit)
                        + ", 90 % of the timeout; what was not committed is undone."
                        + " Raise the task's timeout if this is what the database needs");
        Thread.ofPlatform().daemon().name("deadline").start(() -> {
            if (!sleep(limit)) {
                pull(deadlineExceeded);
            }
        });
    }

    public void terminate() {
        pull(new Failure(
                FailureReason.TERMINATED,
                "ended by a termination signal; what was not committed is undone, and the next run does it"));
    }

    private void pull(Failure cause) {
        if (pulled.complete(cause)) {
            Session working = session.get();
            if (working != null) {
                end(working);
            }
        }
    }

    /** Returns the deadline also when the time is over and the other thread has not noticed it yet. */
    public Optional<Failure> cause() {
        Failure cause = pulled.getNow(null);
        return Optional.ofNullable(cause == null && remaining().isZero() ? deadlineExceeded : cause);
    }

    Duration limit() {
        return limit;
    }

    public Duration remaining() {
        Duration left = limit.minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** @return whether the sleep was cut short */
    boolean sleep(Duration time) {
        return completes(pulled, time);
    }

    void watch(Connection connection) {
        Session working = new Session(connection, new CompletableFuture<>());
        session.set(working);
        if (pulled.isDone()) {
            end(working);
        }
    }

    void unwatch() {
        Session working = session.getAndSet(null);
        if (working != null) {
            working.over().complete(null);
        }
    }

    /** Uses threads of its own, because a cancellation contacts the server, and that server may not answer. */
    private static void end(Session working) {
        Thread.ofPlatform().daemon().name("cancel").start(() -> {
            try {
                working.connection().unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException unreachable) {
                // The abort below ends our side, and the statement's time limit ends the server's.
            }
        });
        Thread.ofPlatform().daemon().name("abort").start(() -> {
            // The cancellation does not reach a run between two statements, or a server that does not answer.
            if (!completes(working.over(), PATIENCE)) {
                try {
                    working.connection().abort(Runnable::run);
                } catch (SQLException alreadyClosed) {
                    // There is nothing left to end.
                }
            }
        });
    }

    private static boolean completes(CompletableFuture<?> future, Duration time) {
        try {
            future.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (InterruptedException | ExecutionException neverHere) {
            throw new IllegalStateException(neverHere);
        }
    }
}
