package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.Grants;
import java.util.List;

/** Prints the statements that give a database role the least rights a task needs. */
final class GrantsCommand {
    private final Console console;
    private final String task;
    private final String role;
    private final String schema;

    GrantsCommand(Console console, Arguments arguments) {
        this.console = console;
        this.task = arguments.task();
        this.role = arguments.option("--role").orElse("crm_tasks");
        this.schema = arguments.option("--schema").orElse("public");
    }

    int call() {
        List<TaskType> tasks = TaskType.of(task)
                .map(List::of)
                .orElseGet(() -> task.equals("all") ? List.of(TaskType.values()) : List.of());
        if (tasks.isEmpty()) {
            console.err().println("argument <task>: must be a built-in task or all");
            return RunnerExit.USAGE.code();
        }
        Grants.statements(tasks, schema, role)
                .forEach(statement -> console.out().println(statement + ";"));
        return RunnerExit.OK.code();
    }
}
