package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.Grants;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "Prints the statements that give a database role the least rights a task needs.")
final class GrantsCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "<task>|all", description = "The task that the role is for, or all of them.")
    private String task = "";

    @Option(
            names = "--role",
            defaultValue = "crm_tasks",
            description = "Name of the role; ${DEFAULT-VALUE} without it.")
    private String role = "";

    GrantsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<TaskType> tasks = TaskType.of(task)
                .map(List::of)
                .orElseGet(() -> task.equals("all") ? List.of(TaskType.values()) : List.of());
        if (tasks.isEmpty()) {
            console.err().println("argument <task>: must be a built-in task or all");
            return RunnerExit.USAGE.code();
        }
        tasks.stream()
                .map(type -> Grants.statements(type, role))
                .flatMap(Collection::stream)
                .distinct()
                .forEach(statement -> console.out().println(statement + ";"));
        return RunnerExit.OK.code();
    }
}
