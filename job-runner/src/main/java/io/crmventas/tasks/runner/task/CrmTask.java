package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.SQLException;
import java.util.List;

/**
 * One built-in task. {@link #run} may be called again after a transient fault, with the same {@code now} and a fresh
 * connection, and must then do only what is not yet committed.
 */
public interface CrmTask {
    TaskType type();

    /** Every statement that a run of this task may execute: what {@code check --sql} prints and tests explain. */
    default List<SqlFile> statements() {
        return List.of();
    }

    void run(TaskRun run) throws SQLException;
}
