package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.report.RunLog.Field;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.run.RunOptions;
import io.crmventas.tasks.runner.run.StopSwitch;
import io.crmventas.tasks.runner.run.TaskRunner;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.CrmTask;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Runs one task once, reports what it did and exits. */
record RunCommand(Console console, Arguments arguments) {
    private static final Instant EARLIEST = Instant.parse("0002-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9998-12-31T23:59:59.999999Z");

    int call() {
        Settings settings = new Settings(console.environment());
        RunnerConfig config = new RunnerConfig(settings);
        Optional<CrmTask> task = task(settings);
        Optional<Instant> asOf = asOf(settings);
        boolean dryRun = arguments.has(Arguments.DRY_RUN);
        Console.Output output = console.open(settings, config, arguments.task(), dryRun);
        RunJournal journal = output.journal();
        if (!settings.problems().isEmpty()) {
            return end(output, output.refused(Failure.ofAll(settings.problems())));
        }
        if (config.scheduled.isPresent() && config.scheduled.get().missed(journal.startTime())) {
            String why = config.scheduled.get().explain(journal.startTime());
            return end(output, journal.ended(RunResult.SKIPPED_LATE, why));
        }
        RunOptions request = config.options(task.orElseThrow(), dryRun, asOf.orElse(null));
        StopSwitch stop = new StopSwitch(config.limit());
        TerminationHook hook = new TerminationHook(stop, journal, output.reports());
        TaskRunner runner = new TaskRunner(
                new Connector(config.database.orElseThrow()),
                new RedisPublisher(config.redis),
                stop,
                journal,
                output.log());
        RunJournal.End end = run(runner, request, config.stepLevel, journal);
        int exit = end(output, end);
        hook.finished(end.exit());
        return exit;
    }

    /** Reports also a fault of the runner, because no run may end without a report. */
    @SuppressWarnings("CatchingUnchecked")
    private static RunJournal.End run(
            TaskRunner runner, RunOptions request, RunLog.Level stepLevel, RunJournal journal) {
        try {
            return runner.run(request, stepLevel);
        } catch (RuntimeException | Error fault) {
            return journal.failed(Failure.of(fault));
        }
    }

    private Optional<CrmTask> task(Settings settings) {
        Optional<TaskType> type = TaskType.of(arguments.task());
        if (type.isEmpty()) {
            settings.add(new Failure(FailureReason.INVALID_USAGE, Arguments.UNKNOWN_TASK));
        }
        return console.task(type, settings);
    }

    /** Returns whole microseconds, which is the accuracy of the database. The days around it have years of four digits. */
    private Optional<Instant> asOf(Settings settings) {
        Optional<String> text = arguments.option("--as-of");
        try {
            Optional<Instant> time = text.map(
                    instant -> OffsetDateTime.parse(instant).toInstant().truncatedTo(ChronoUnit.MICROS));
            if (time.isEmpty() || !(time.get().isBefore(EARLIEST) || time.get().isAfter(LATEST))) {
                return time;
            }
        } catch (DateTimeException notAnInstant) {
            // The problem below names the form of an instant.
        }
        settings.add(new Failure(
                FailureReason.INVALID_USAGE,
                "option --as-of: must be an instant of the years 2 to 9998 such as 2026-05-04T12:00:00Z"));
        return Optional.empty();
    }

    private static int end(Console.Output output, RunJournal.End end) {
        RunReport report = end.report();
        output.reports().write(report);
        if (report.warnings() != null) {
            report.warnings().forEach(output.log()::warning);
        }
        output.log().log(
                report.result().failure() ? RunLog.Level.ERROR : RunLog.Level.INFO,
                "run ended",
                new Field("result", report.result()),
                new Field("exit", end.exit().code()),
                new Field("reason", report.reason()),
                new Field("step", report.step()),
                new Field("error", report.message()),
                new Field("items", report.counts()));
        return end.exit().code();
    }
}
