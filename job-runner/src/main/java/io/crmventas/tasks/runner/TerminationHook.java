package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.runner.report.ReportWriter;
import io.crmventas.tasks.runner.run.RunJournal;
import io.crmventas.tasks.runner.run.StopSwitch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Handles SIGTERM: it stops the run, waits for its report or writes one itself, and exits with the run's code within 5 s. */
final class TerminationHook {
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final CompletableFuture<RunnerExit> finished = new CompletableFuture<>();
    private final Thread thread;

    TerminationHook(StopSwitch stop, RunJournal journal, ReportWriter writer) {
        thread = Thread.ofPlatform().name("termination").unstarted(() -> {
            stop.terminate();
            // The usual exit code of a signal, 143, would hide how the run ended.
            Runtime.getRuntime().halt(exit(stop, journal, writer).code());
        });
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Call this after the report is written. The process can then end by itself. */
    void finished(RunnerExit exit) {
        finished.complete(exit);
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException signalled) {
            // The hook is running and ends the process.
        }
    }

    private RunnerExit exit(StopSwitch stop, RunJournal journal, ReportWriter writer) {
        return finished.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(stuck -> {
                    RunJournal.End end = journal.stopped(stop.cause().orElseThrow());
                    writer.write(end.report());
                    return end.exit();
                })
                .join();
    }
}
