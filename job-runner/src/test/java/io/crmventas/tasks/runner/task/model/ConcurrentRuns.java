package io.crmventas.tasks.runner.task.model;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs a task while another client works in the same database. */
public final class ConcurrentRuns {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ConcurrentRuns() {}

    /** Starts several runs at the same time and returns what each one did. */
    public static List<Outcome> runTogether(Class<?> test, CrmTask task, Instant now, int runs) throws Exception {
        CyclicBarrier start = new CyclicBarrier(runs);
        try (ExecutorService threads = Executors.newFixedThreadPool(runs)) {
            List<Future<Outcome>> futures = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                futures.add(threads.submit(() -> {
                    try (Connection connection = CrmDatabase.another(test)) {
                        start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        return TaskTrial.run(task, connection, now);
                    }
                }));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : futures) {
                outcomes.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            return outcomes;
        }
    }

    /**
     * Deletes a user and starts a run before the deletion is committed. The run still reads the user, and its insert
     * waits for the deletion. Then the deletion is committed.
     */
    public static Outcome runDuringDeletion(Class<?> test, UUID user, CrmTask task, Instant now) throws Exception {
        try (Connection deleting = CrmDatabase.another(test);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            deleting.setAutoCommit(false);
            Sql.of("delete from users where id = :user").with("user", user).update(deleting);
            Future<Outcome> run = thread.submit(() -> {
                try (Connection connection = CrmDatabase.another(test)) {
                    return TaskTrial.run(task, connection, now);
                }
            });
            awaitLockWait(test, run);
            deleting.commit();
            return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void awaitLockWait(Class<?> test, Future<Outcome> run) throws SQLException {
        try (Connection observer = CrmDatabase.another(test)) {
            Instant deadline = Instant.now().plus(PATIENCE);
            while (Sql.of(
                            "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
                    .list(observer, row -> row.get("pid", Integer.class))
                    .isEmpty()) {
                if (run.isDone() || Instant.now().isAfter(deadline)) {
                    throw new AssertionError("the run did not wait for the deletion");
                }
                Thread.onSpinWait();
            }
        }
    }
}
