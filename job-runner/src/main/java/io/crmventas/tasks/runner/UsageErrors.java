package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.runner.report.Reason;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.report.ReportWriter;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.settings.Settings;
import java.time.Clock;
import java.util.List;

/** A command line that cannot be read: told to the person at the terminal, and reported like any other failed run. */
final class UsageErrors {
    private UsageErrors() {}

    static int tell(Console console, Arguments.Unreadable error, String... args) {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = RunnerConfig.read(settings);
        Redaction redaction = Redaction.of(settings.secrets());
        String message = String.valueOf(error.getMessage());
        console.err().println(redaction.apply(message));
        console.err().println("See --help");
        if (args.length > 0 && (args[0].equals("run") || List.of(args).contains(Arguments.REPORT))) {
            String task = args.length > 1 && !args[1].startsWith("-") ? args[1] : "unknown";
            new ReportWriter(console.out(), config.terminationLog(), console.log(settings, redaction, task), redaction)
                    .write(new RunJournal(task, false, Clock.systemUTC())
                            .failed(new Failure(Reason.INVALID_USAGE, message, "configuration", false))
                            .report());
        }
        return RunnerExit.USAGE.code();
    }
}
