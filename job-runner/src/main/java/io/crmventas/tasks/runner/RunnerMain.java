package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.check.RequiredAccess;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import java.util.List;
import java.util.Objects;

/** Reads the command line and starts the command. One process runs one task, writes one report and has one exit code. */
public final class RunnerMain {
    private static final String USAGE = """
            usage: run <task> [--dry-run] [--as-of <instant>]
                       Runs one task once, reports what it did and exits: notification-checks, metrics-refresh, cleanup
                       or daily-reports.
                         --dry-run  do everything in transactions that are rolled back, with the same report
                         --as-of    the run's now, as in 2026-05-04T12:00:00Z; the database's clock without it
                   check <task>|all [--report] [--sql]
                       Shows whether a task could run on this database; changes nothing.
                         --report   report it like a run, too: on the last line and to the termination log
                         --sql      only print the statements of the task, which psql runs as they are
                   grants <task>|all [--role <name>] [--schema <name>]
                       Prints the statements that give a database role (crm_tasks) the least permissions a task needs, and pin
                       its search path to the schema (public) of the CRM's tables.
                   --help, --version

            Settings come from the environment, credentials from mounted Secrets; none is ever an argument.

            exit codes:
              0   done, nothing to do, or another run holds the lock
              64  command line, parameter or setting is wrong (permanent)
              69  the database does not answer
              70  a fault of the runner
              75  stopped or disturbed; the same run may succeed when tried again
              78  Secret, database, schema or grants do not fit (permanent)
            """;

    private RunnerMain() {}

    public static void main(String[] words) {
        System.exit(execute(new Console(System.getenv(), System.out, System.err, TaskCatalog.BUILT_IN), words));
    }

    static int execute(Console console, String... words) {
        if (words.length == 0) {
            console.err().print(USAGE);
            return RunnerExit.USAGE.code();
        }
        List<String> line = List.of(words);
        boolean help = line.contains("--help") || line.contains("-h");
        if (help || line.contains("--version") || line.contains("-V")) {
            console.print(help ? USAGE : version() + "\n");
            return RunnerExit.OK.code();
        }
        try {
            Arguments arguments = Arguments.of(line);
            return switch (arguments.command()) {
                case "run" -> new RunCommand(console, arguments).call();
                case "check" -> new CheckCommand(console, arguments).call();
                default -> grants(console, arguments);
            };
        } catch (Failure wrong) {
            return unreadable(console, wrong, words);
        }
    }

    private static int grants(Console console, Arguments arguments) {
        List<TaskType> tasks = arguments.tasks();
        if (tasks.isEmpty()) {
            console.err().println(Arguments.UNKNOWN_TASK);
            return RunnerExit.USAGE.code();
        }
        String schema = arguments.option("--schema").orElse("public");
        String role = arguments.option("--role").orElse("crm_tasks");
        RequiredAccess.grants(tasks, schema, role)
                .forEach(statement -> console.out().println(statement + ";"));
        return RunnerExit.OK.code();
    }

    /** Shows the mistake at the terminal, and reports a command line that it cannot read like any other failed run. */
    private static int unreadable(Console console, Failure wrong, String... words) {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = new RunnerConfig(settings);
        String task = words.length > 1 && !words[1].startsWith("-") ? words[1] : "unknown";
        Console.Output output = console.open(settings, config, task, false);
        console.err().println(output.log().redaction().apply(wrong.message()));
        console.err().println("See --help");
        if (words[0].equals("run") || List.of(words).contains(Arguments.REPORT)) {
            output.reports().write(output.refused(wrong).report());
        }
        return wrong.reason().exit().code();
    }

    /** Only the manifest of a jar holds the version. */
    private static String version() {
        return Objects.requireNonNullElse(RunnerMain.class.getPackage().getImplementationVersion(), "development");
    }
}
