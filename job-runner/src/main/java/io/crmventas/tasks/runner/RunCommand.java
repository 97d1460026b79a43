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
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs one task once, reports what it did and exits. */
record RunCommand(Console console, Arguments arguments) {
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
        RunOptions request = new RunOptions(
                task.orElseThrow(),
                config.shard,
                dryRun,
                asOf.orElse(null),
                config.timeout,
                config.lockWait,
                config.retry);
        StopSwitch stop = new StopSwitch(config.limit());
        TerminationHook hook = TerminationHook.install(stop, journal, output.reports());
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
            String names = Arrays.stream(TaskType.values()).map(TaskType::id).collect(Collectors.joining(", "));
            settings.add(new Failure(FailureReason.INVALID_USAGE, "argument <task>: must be one of " + names));
        }
        return console.task(type, settings);
    }

    /** Returns whole microseconds, which is the accuracy of the database. The year has four digits in an id. */
    private Optional<Instant> asOf(Settings settings) {
        try {
            Optional<OffsetDateTime> time = arguments
                    .option("--as-of")
                    .map(text -> OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC));
            if (time.isEmpty() || (time.get().getYear() >= 1 && time.get().getYear() <= 9999)) {
                return time.map(known -> known.toInstant().truncatedTo(ChronoUnit.MICROS));
            }
        } catch (DateTimeException notAnInstant) {
            // The problem below names the form of an instant.
        }
        settings.add(new Failure(
                FailureReason.INVALID_USAGE,
                "option --as-of: must be an instant of the years 1 to 9999 such as 2026-05-04T12:00:00Z"));
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
                new Field("counts", report.counts()));
        return end.exit().code();
    }
}
