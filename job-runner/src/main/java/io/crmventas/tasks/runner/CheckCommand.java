package io.crmventas.tasks.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.CheckReport;
import io.crmventas.tasks.runner.check.Checkup;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.connection.DatabaseTarget;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.report.ReportWriter;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.settings.Problem;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Says whether a task could run on this database; changes nothing. */
final class CheckCommand {
    private final Console console;
    private final String task;
    private final boolean json;
    private final boolean report;
    private final boolean sql;

    CheckCommand(Console console, Arguments arguments) throws Arguments.Unreadable {
        this.console = console;
        this.task = arguments.task();
        this.report = arguments.has(Arguments.REPORT);
        this.sql = arguments.has(Arguments.SQL);
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
        if (sql && !tasks.isEmpty()) {
            return printStatements(tasks);
        }
        Redaction redaction = Redaction.of(settings.secrets());
        ReportWriter writer = new ReportWriter(
                console.out(), config.terminationLog(), console.log(settings, redaction, task), redaction);
        RunJournal journal = new RunJournal(task, false, Clock.systemUTC());
        config.database().flatMap(DatabaseTarget::identityWarning).ifPresent(settings::warn);
        settings.warnings().forEach(journal::warn);
        if (!settings.problems().isEmpty()) {
            return failed(Failures.of(settings.problems()), journal, writer, redaction);
        }
        settings.warnings().forEach(warning -> console.err().println(redaction.apply(warning)));
        try {
            Checkup checkup = Checkup.of(
                    new Connector(config.database().orElseThrow()),
                    tasks.stream().map(this::withDefaults).toList(),
                    config.limit());
            console.out().print(redaction.apply(json ? json(checkup) : checkup.table()));
            console.out().flush();
            if (report) {
                writer.write(CheckReport.of(task, checkup, settings.warnings(), journal.startTime(), Instant.now()));
            }
            return (checkup.reason() == null ? RunnerExit.OK : checkup.reason().exit()).code();
        } catch (RuntimeException fault) {
            return failed(Failure.internal(fault, null), journal, writer, redaction);
        }
    }

    private int printStatements(List<TaskType> tasks) {
        tasks.stream()
                .map(this::withDefaults)
                .flatMap(known -> known.statements().stream())
                .distinct()
                .forEach(file -> console.out()
                        .print("-- file: " + file.path() + "\n" + file.text().strip() + ";\n\n"));
        console.out().flush();
        return RunnerExit.OK.code();
    }

    private CrmTask withDefaults(TaskType type) {
        return console.catalog().create(type, JsonNodeFactory.instance.objectNode());
    }

    private int failed(Failure failure, RunJournal journal, ReportWriter writer, Redaction redaction) {
        console.err().println(redaction.apply(failure.message()));
        if (report) {
            writer.write(journal.failed(failure).report());
        }
        return failure.reason().exit().code();
    }

    private static String json(Checkup checkup) {
        try {
            return new JsonMapper().writeValueAsString(checkup) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A checkup is plain data and always has a JSON form", impossible);
        }
    }
}
