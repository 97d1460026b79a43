package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The runner's command line: one process, one task, one report, one exit code. */
@Command(
        name = "crm-task-runner",
        mixinStandardHelpOptions = true,
        versionProvider = RunnerMain.Version.class,
        description = "Runs the background tasks of a CRM. Settings come from the environment, credentials from mounted"
                + " Secrets; none is ever an argument.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, nothing to do, or another run holds the lock",
            "64:command line, parameter or setting is wrong (permanent)",
            "69:the database does not answer",
            "70:a fault of the runner",
            "75:stopped or disturbed; the same run may succeed when tried again",
            "78:Secret, database, schema or grants do not fit (permanent)"
        })
public final class RunnerMain {
    private RunnerMain() {}

    public static void main(String[] args) {
        System.exit(execute(new Console(System.getenv(), System.out, System.err, new BuiltInTasks()), args));
    }

    static int execute(Console console, String... args) {
        CommandLine commands = new CommandLine(new RunnerMain())
                .addSubcommand(new RunCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new GrantsCommand(console))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        commands.setParameterExceptionHandler(new UsageErrors(console));
        if (List.of(args).isEmpty()) {
            commands.usage(commands.getErr());
            return RunnerExit.USAGE.code();
        }
        return commands.execute(args);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (InputStream version = RunnerMain.class.getResourceAsStream("version.txt")) {
                return new String[] {
                    version == null ? "unknown" : new String(version.readAllBytes(), StandardCharsets.UTF_8).strip()
                };
            }
        }
    }
}
