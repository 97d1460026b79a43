package io.crmventas.tasks.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.report.Redaction;
import io.crmventas.tasks.runner.report.ReportWriter;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.run.RunRequest;
import io.crmventas.tasks.runner.run.StopSwitch;
import io.crmventas.tasks.runner.run.TaskRunner;
import io.crmventas.tasks.runner.settings.Problem;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.InvalidParameters;
import io.crmventas.tasks.runner.task.JsonText;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Runs one task once, reports what it did and exits. */
final class RunCommand {
    private final Console console;
    private final String task;
    private final boolean dryRun;
    private final Optional<String> asOf;

    RunCommand(Console console, Arguments arguments) {
        this.console = console;
        this.task = arguments.task();
        this.dryRun = arguments.has(Arguments.DRY_RUN);
        this.asOf = arguments.option("--as-of");
    }

    int call() {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = RunnerConfig.read(settings);
        Optional<CrmTask> known = task(settings);
        Optional<Instant> instant = instant(settings);
        Redaction redaction = Redaction.of(settings.secrets());
        RunLog log = console.log(settings, redaction, task);
        ReportWriter writer = new ReportWriter(console.out(), config.terminationLog(), log, redaction);
        RunJournal journal = new RunJournal(task, dryRun, Clock.systemUTC());
        settings.warnings().forEach(journal::warn);

        RunJournal.End end;
        if (!settings.problems().isEmpty()) {
            end = journal.failed(Failures.of(settings.problems()));
            writer.write(end.report());
            tell(log, end);
        } else if (config.scheduled()
                .filter(start -> start.missed(journal.startTime()))
                .isPresent()) {
            end = journal.late(config.scheduled().get());
            writer.write(end.report());
            tell(log, end);
        } else {
            StopSwitch stop = new StopSwitch(config.limit());
            TerminationHook hook = TerminationHook.install(stop, journal, writer);
            end = run(
                    new TaskRunner(
                            new Connector(config.database().orElseThrow()),
                            new RedisPublisher(config.redis()),
                            stop,
                            journal,
                            log,
                            new SplittableRandom()),
                    new RunRequest(
                            known.orElseThrow(),
                            config.shard(),
                            dryRun,
                            instant.orElse(null),
                            config.timeout(),
                            config.lockWait(),
                            config.retry(),
                            config.taskLogging() ? RunLog.Level.INFO : RunLog.Level.DEBUG),
                    journal);
            writer.write(end.report());
            tell(log, end);
            hook.finished(end.exit());
        }
        return end.exit().code();
    }

    /** Nothing, not even a fault of ours, ends a run without a report. */
    @SuppressWarnings("CatchingUnchecked")
    private static RunJournal.End run(TaskRunner runner, RunRequest request, RunJournal journal) {
        try {
            return runner.run(request);
        } catch (RuntimeException | Error fault) {
            return journal.failed(Failure.internal(fault, null));
        }
    }

    private Optional<CrmTask> task(Settings settings) {
        Optional<TaskType> type = TaskType.of(task);
        if (type.isEmpty()) {
            String names = Arrays.stream(TaskType.values()).map(TaskType::id).collect(Collectors.joining(", "));
            settings.add(new Problem("argument <task>", "must be one of " + names, false));
        }
        String source = "variable " + RunnerEnvironment.PARAMETERS;
        try {
            JsonNode parameters = JsonText.read(settings.text(RunnerEnvironment.PARAMETERS, "{}"));
            return type.map(known -> console.catalog().create(known, parameters));
        } catch (JsonProcessingException notJson) {
            settings.add(new Problem(source, "must be a JSON object such as {\"language\": \"en\"}", false));
        } catch (InvalidParameters wrong) {
            settings.add(new Problem(source, String.valueOf(wrong.getMessage()), false));
        }
        return Optional.empty();
    }

    /** In microseconds, as the database keeps time, and of a year that four digits can write into an id. */
    private static Instant instant(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
        if (time.getYear() < 1 || time.getYear() > 9999) {
            throw new DateTimeException("no year of four digits");
        }
        return time.toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    private Optional<Instant> instant(Settings settings) {
        try {
            return asOf.map(RunCommand::instant);
        } catch (DateTimeException notAnInstant) {
            settings.add(new Problem(
                    "option --as-of", "must be an instant of the years 1 to 9999 such as 2026-05-04T12:00:00Z", false));
            return Optional.empty();
        }
    }

    private static void tell(RunLog log, RunJournal.End end) {
        RunReport report = end.report();
        if (report.warnings() != null) {
            report.warnings().forEach(log::warning);
        }
        log.log(
                report.result().failure() ? RunLog.Level.ERROR : RunLog.Level.INFO,
                "run ended",
                "result",
                report.result(),
                "exit",
                end.exit().code(),
                "reason",
                report.reason() == null ? "" : report.reason(),
                "step",
                report.step() == null ? "" : report.step(),
                "error",
                report.message() == null ? "" : report.message(),
                "counts",
                report.counts() == null ? "" : report.counts());
    }
}
