package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.DatabaseCheck;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.connection.DatabaseTarget;
import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows whether a task could run on this database. It changes nothing. */
record CheckCommand(Console console, Arguments arguments) {
    int call() {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = new RunnerConfig(settings);
        List<CrmTask> tasks = tasks(settings);
        if (!tasks.isEmpty() && arguments.has(Arguments.SQL)) {
            console.print(statements(tasks));
            return RunnerExit.OK.code();
        }
        config.database.flatMap(DatabaseTarget::identityWarning).ifPresent(settings::warn);
        if (config.redis instanceof RedisTarget.Unusable(String why)) {
            settings.warn("redis: " + why);
        }
        Console.Output output = console.open(settings, config, arguments.task(), false);
        if (!settings.problems().isEmpty()) {
            RunJournal.End end = output.refused(Failure.ofAll(settings.problems()));
            console.err()
                    .println(output.log()
                            .redaction()
                            .apply(String.valueOf(end.report().message())));
            return ended(end, output);
        }
        settings.warnings()
                .forEach(warning ->
                        console.err().println(output.log().redaction().apply(warning)));
        RunJournal journal = output.journal();
        journal.beginAttempt();
        DatabaseCheck check = DatabaseCheck.run(new Connector(config.database.orElseThrow()), tasks, config.limit());
        console.print(output.log().redaction().apply(check.table()));
        journal.database(check.connected() ? "connected" : "failed");
        check.advice().forEach(journal::warn);
        RunJournal.End end =
                check.failure().map(journal::failed).orElseGet(() -> journal.ended(RunResult.SUCCEEDED, null));
        return ended(end, output);
    }

    /** Returns the tasks to check. A single task gets the parameters of the environment. */
    private List<CrmTask> tasks(Settings settings) {
        List<TaskType> types = arguments.tasks();
        if (types.isEmpty()) {
            settings.add(new Failure(FailureReason.INVALID_USAGE, Arguments.UNKNOWN_TASK));
        }
        return types.size() == 1
                ? console.task(types.stream().findFirst(), settings).stream().toList()
                : types.stream()
                        .map(type -> console.catalog().create(type, Settings.ofParameters("{}")))
                        .toList();
    }

    private static String statements(List<CrmTask> tasks) {
        return tasks.stream()
                .flatMap(task -> task.statements(Set.of()).stream())
                .distinct()
                .map(file -> "-- file: " + file.path() + "\n" + file.text().strip() + ";\n\n")
                .collect(Collectors.joining());
    }

    private int ended(RunJournal.End end, Console.Output output) {
        if (arguments.has(Arguments.REPORT)) {
            output.reports().write(end.report());
        }
        return end.exit().code();
    }
}
