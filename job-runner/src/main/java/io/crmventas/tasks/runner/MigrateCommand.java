package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.migrate.SchemaMigration;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import java.util.List;

/** Makes the schema of our own, or says what it would make. */
final class MigrateCommand {
    private final Console console;
    private final boolean dryRun;

    MigrateCommand(Console console, Arguments arguments) {
        this.console = console;
        this.dryRun = arguments.has(Arguments.DRY_RUN);
    }

    int call() {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = RunnerConfig.read(settings);
        Redaction redaction = Redaction.of(settings.secrets());
        console.log(settings, redaction, "migrate");
        if (!settings.problems().isEmpty()) {
            Failure failure = Failures.of(settings.problems());
            console.err().println(redaction.apply(failure.message()));
            return failure.reason().exit().code();
        }
        try {
            SchemaMigration migration =
                    new SchemaMigration(new Connector(config.database().orElseThrow()));
            List<String> pending = migration.pending();
            if (!dryRun) {
                migration.apply();
            }
            console.out().println(told(pending));
            return RunnerExit.OK.code();
        } catch (SchemaMigration.Failed failed) {
            console.err().println(redaction.apply(failed.reason() + ": " + failed.getMessage()));
            return failed.reason().exit().code();
        }
    }

    private String told(List<String> pending) {
        if (pending.isEmpty()) {
            return "schema crm_tasks is up to date";
        }
        return "schema crm_tasks: " + (dryRun ? "would make " : "made ") + String.join(", ", pending)
                + (dryRun ? "" : "; next: grants all --role <the runner's role>");
    }
}
