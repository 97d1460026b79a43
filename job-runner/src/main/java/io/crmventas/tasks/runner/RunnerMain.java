package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The runner's command line: one process, one task, one report, one exit code. */
public final class RunnerMain {
    private static final String USAGE = """
            usage: run <task> [--dry-run] [--as-of <instant>]
                       Runs one task once, reports what it did and exits: notification-checks, metrics-refresh, cleanup
                       or daily-reports.
                         --dry-run  do everything in transactions that are rolled back, with the same report
                         --as-of    the run's now, as in 2026-05-04T12:00:00Z; the database's clock without it
                   check <task>|all [--output table|json] [--report] [--sql]
                       Says whether a task could run on this database; changes nothing.
                         --report   report it like a run, too: on the last line and to the termination log
                         --sql      only print the statements of the task, which psql runs as they are
                   grants <task>|all [--role <name>] [--schema <name>]
                       Prints the statements that give a database role (crm_tasks) the least rights a task needs, and pin
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
        System.exit(execute(new Console(System.getenv(), System.out, System.err, new BuiltInTasks()), words));
    }

    static int execute(Console console, String... words) {
        if (words.length == 0) {
            console.err().print(USAGE);
            return RunnerExit.USAGE.code();
        }
        try {
            Arguments arguments = Arguments.of(List.of(words));
            return arguments.has(Arguments.HELP) || arguments.has(Arguments.VERSION)
                    ? print(console, arguments.has(Arguments.HELP) ? USAGE : version() + "\n")
                    : command(console, arguments);
        } catch (Arguments.Unreadable wrong) {
            return UsageErrors.tell(console, wrong, words);
        }
    }

    private static int command(Console console, Arguments arguments) throws Arguments.Unreadable {
        return switch (arguments.command()) {
            case "run" -> new RunCommand(console, arguments).call();
            case "check" -> new CheckCommand(console, arguments).call();
            default -> new GrantsCommand(console, arguments).call();
        };
    }

    private static int print(Console console, String text) {
        console.out().print(text);
        console.out().flush();
        return RunnerExit.OK.code();
    }

    private static String version() {
        try (InputStream version = RunnerMain.class.getResourceAsStream("version.txt")) {
            return version == null ? "unknown" : new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
