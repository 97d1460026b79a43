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

/** Says whether a task could run on this database; changes nothing. */
final class CheckCommand {
    private final Console console;
    private final String task;
    private final boolean json;

    CheckCommand(Console console, Arguments arguments) throws Arguments.Unreadable {
        this.console = console;
        this.task = arguments.task();
        this.json = switch (arguments.option("--output").orElse("table")) {
            case "table" -> false;
            case "json" -> true;
            default -> throw new Arguments.Unreadable("option --output must be table or json");
        };
    }

    int call() {
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
        String text = json ? json(checkup) : checkup.table();
        console.out().print(redaction.apply(text));
        console.out().flush();
        return (checkup.reason() == null ? RunnerExit.OK : checkup.reason().exit()).code();
    }

    private static String json(Checkup checkup) {
        try {
            return new JsonMapper().writeValueAsString(checkup) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A checkup is plain data and always has a JSON form", impossible);
        }
    }
}
