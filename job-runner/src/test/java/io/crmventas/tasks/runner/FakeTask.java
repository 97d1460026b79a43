package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.TaskRun;
import java.sql.SQLException;

/** A task whose work the test defines. */
public record FakeTask(TaskType type, Work work) implements CrmTask {
    @FunctionalInterface
    public interface Work {
        void run(TaskRun run) throws SQLException;
    }

    /** Every task of this catalog does this work. */
    public static TaskCatalog catalog(Work work) {
        return (type, parameters) -> new FakeTask(type, work);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        work.run(run);
    }
}
