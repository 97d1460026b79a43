package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.report.ReportWriter;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import java.io.PrintStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The environment of the process, and the streams to which the commands write. */
public record Console(Map<String, String> environment, PrintStream out, PrintStream err, TaskCatalog catalog) {
    /** A command writes its log and its report here. All of it passes the redaction. */
    record Output(RunLog log, ReportWriter reports, RunJournal journal) {
        /** Returns the report of a command that could not begin. */
        RunJournal.End refused(Failure wrong) {
            return journal.failed(wrong.at("configuration"));
        }
    }

    /** Call after the settings are read, because they hold the secrets. A command prints nothing before this call. */
    Output open(Settings settings, RunnerConfig config, String task, boolean dryRun) {
        RunJournal journal = new RunJournal(task, dryRun);
        settings.warnings().forEach(journal::warn);
        Map<String, String> context = new LinkedHashMap<>();
        context.put("task", task);
        settings.find(RunnerEnvironment.TASK_NAMESPACE).ifPresent(name -> context.put("namespace", name.value()));
        settings.find(RunnerEnvironment.TASK_NAME).ifPresent(name -> context.put("name", name.value()));
        settings.find(RunnerEnvironment.JOB_NAME).ifPresent(name -> context.put("job", name.value()));
        RunLog log = new RunLog(
                err, Clock.systemUTC(), config.logLevel, config.logFormat, Redaction.of(settings.secrets()), context);
        log.captureLibraries();
        return new Output(log, new ReportWriter(out, config.terminationLog, log), journal);
    }

    /** Creates the task with the parameters of the environment. The settings collect the mistakes. */
    Optional<CrmTask> task(Optional<TaskType> type, Settings settings) {
        try {
            Settings parameters = Settings.ofParameters(settings.text(RunnerEnvironment.PARAMETERS, "{}"));
            return type.map(known -> catalog.create(known, parameters));
        } catch (Failure wrong) {
            settings.add(
                    new Failure(wrong.reason(), "variable " + RunnerEnvironment.PARAMETERS + ": " + wrong.message()));
            return Optional.empty();
        }
    }

    void print(String text) {
        out.print(text);
        out.flush();
    }
}
