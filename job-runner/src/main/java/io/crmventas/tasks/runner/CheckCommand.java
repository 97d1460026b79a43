package io.crmventas.tasks.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.Checkup;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.settings.Problem;
import io.crmventas.tasks.runner.settings.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Says whether a task could run on this database; changes nothing.")
final class CheckCommand implements Callable<Integer> {
    enum Output {
        table,
        json
    }

    private final Console console;

    @Parameters(paramLabel = "<task>|all", description = "The task to check, or all of them.")
    private String task = "";

    @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; table without it.")
    private Output output = Output.table;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = RunnerConfig.read(settings);
        List<TaskType> tasks = task.equals("all")
                ? List.of(TaskType.values())
                : TaskType.of(task).stream().toList();
        if (tasks.isEmpty()) {
            settings.add(new Problem("argument <task>", "must be a built-in task or all", false));
        }
        Redaction redaction = Redaction.of(settings.secrets());
        console.log(settings, redaction, task);
        if (!settings.problems().isEmpty()) {
            Failure failure = Failures.of(settings.problems());
            console.err().println(redaction.apply(failure.message()));
            return failure.reason().exit().code();
        }
        settings.warnings().forEach(warning -> console.err().println(redaction.apply(warning)));
        Checkup checkup = Checkup.of(new Connector(config.database().orElseThrow()), tasks);
        String text = switch (output) {
            case table -> checkup.table();
            case json -> new JsonMapper().writeValueAsString(checkup) + "\n";
        };
        console.out().print(redaction.apply(text));
        console.out().flush();
        return (checkup.reason() == null ? RunnerExit.OK : checkup.reason().exit()).code();
    }
}
