package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.TaskType;
import java.sql.SQLException;

/**
 * One built-in task. {@link #run} may be called again after a transient fault, with the same {@code now} and a fresh
 * connection, and must then do only what is not yet committed.
 */
public interface CrmTask {
    TaskType type();

    void run(TaskRun run) throws SQLException;
}
