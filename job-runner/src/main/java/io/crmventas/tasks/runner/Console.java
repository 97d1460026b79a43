package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.report.LibraryLog;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.settings.Settings;
import java.io.PrintStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** The process as the commands see it: what it was given and where it may write. */
public record Console(Map<String, String> environment, PrintStream out, PrintStream err, TaskCatalog catalog) {

    /** Once the secrets are known; nothing is printed before. */
    RunLog log(Settings settings, Redaction redaction, String task) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("task", task);
        settings.find(RunnerEnvironment.TASK_NAMESPACE).ifPresent(name -> context.put("namespace", name.value()));
        settings.find(RunnerEnvironment.TASK_NAME).ifPresent(name -> context.put("name", name.value()));
        settings.find(RunnerEnvironment.JOB_NAME).ifPresent(name -> context.put("job", name.value()));
        RunLog log = new RunLog(err, Clock.systemUTC(), RunnerConfig.logLevel(settings), redaction, context);
        LibraryLog.install(log);
        return log;
    }
}
