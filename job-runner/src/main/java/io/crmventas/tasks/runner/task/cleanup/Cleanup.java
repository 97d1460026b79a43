package io.crmventas.tasks.runner.task.cleanup;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.Words;
import java.sql.SQLException;

/** Deletes what is past its time, in batches that commit on their own so that no lock is held for long. */
public record Cleanup(CleanupParameters parameters, int batchSize) implements CrmTask {
    private static final int BATCH_SIZE = 5_000;
    private static final String CHAT_SESSIONS = "chat_sessions";

    public Cleanup(CleanupParameters parameters) {
        this(parameters, BATCH_SIZE);
    }

    @Override
    public TaskType type() {
        return TaskType.CLEANUP;
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        sweep(Sweep.notifications(parameters.notificationRetention()).within(run.shard()), run);
        sweep(Sweep.metrics(parameters.metricsRetention()).within(run.shard()), run);
        Sweep chatSessions = Sweep.chatSessions(parameters.chatSessionRetention());
        if (!run.shard().first()) {
            run.steps().skip(chatSessions.step(), "they name no tenant: shard 0 deletes them");
        } else if (run.transactions().run(connection -> Words.tableExists(connection, CHAT_SESSIONS))) {
            sweep(chatSessions, run);
        } else {
            run.steps().skip(chatSessions.step(), "the CRM has no table " + CHAT_SESSIONS);
        }
    }

    private void sweep(Sweep sweep, TaskRun run) throws SQLException {
        boolean dryRun = run.transactions().dryRun();
        if (dryRun && run.outcome().counts().containsKey(sweep.count())) {
            run.steps().skip(sweep.step(), "an earlier attempt of this dry run counted it");
            return;
        }
        // A dry run would find its rolled-back rows again, so it does everything in one batch.
        long most = dryRun ? Long.MAX_VALUE : batchSize;
        run.steps().run(sweep.step(), () -> {
            boolean mayLock = run.transactions().run(sweep::mayLock);
            long deleted;
            do {
                deleted = run.transactions()
                        .run(connection -> sweep.batch(run.now(), most, mayLock).update(connection));
                run.outcome().count(sweep.count(), deleted);
            } while (deleted == most);
            return null;
        });
    }
}
