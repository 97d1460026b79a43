package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.report.RunLog;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** The life of a run: attempts until one comes to its end or the time is up, then Redis, then the report. */
public final class TaskRunner {
    private final Connector connector;
    private final RedisPublisher publisher;
    private final StopSwitch stop;
    private final RunJournal journal;
    private final RunLog log;
    private final RandomGenerator random;

    public TaskRunner(
            Connector connector,
            RedisPublisher publisher,
            StopSwitch stop,
            RunJournal journal,
            RunLog log,
            RandomGenerator random) {
        this.connector = connector;
        this.publisher = publisher;
        this.stop = stop;
        this.journal = journal;
        this.log = log;
        this.random = random;
    }

    public RunJournal.End run(RunRequest request) {
        log.info("run started", "dryRun", request.dryRun(), "limit", DurationText.format(stop.limit()));
        journal.redis(publisher.publish(List.of()).report());
        Attempt.Result result = new Attempt(request, connector, stop, journal, true).run();
        for (int retry = 1; result instanceof Attempt.Result.Failed(Failure failure) && failure.passing(); retry++) {
            if (retry > request.retry().limit()) {
                result = new Attempt.Result.Failed(failure.because("tried " + retry + " times"));
                break;
            }
            Duration delay = request.retry().delay(retry, random);
            if (delay.compareTo(stop.remaining()) >= 0) {
                result = new Attempt.Result.Failed(failure.because("no time left to try again"));
                break;
            }
            log.warning(
                    "attempt failed, trying again",
                    "step",
                    String.valueOf(failure.step()),
                    "reason",
                    failure.reason(),
                    "error",
                    failure.message(),
                    "delayMillis",
                    delay.toMillis());
            result = stop.sleep(delay)
                    ? new Attempt.Result.Failed(Failure.stopped(stop.cause().orElseThrow(), failure.step(), stop)
                            .because("while waiting to try again after: " + failure.message()))
                    : new Attempt(request, connector, stop, journal, false).run();
        }
        publish();
        logSteps(request.stepLevel());
        return switch (result) {
            case Attempt.Result.Done() -> journal.done();
            case Attempt.Result.Locked() -> journal.locked();
            case Attempt.Result.Failed(Failure failure) -> journal.failed(failure);
        };
    }

    /** After the connection is gone, and also for what a failed run had committed before. */
    private void publish() {
        RedisPublisher.Status status = publisher.publish(journal.outcome().publications());
        journal.redis(status.report());
        status.warning().ifPresent(journal::warn);
    }

    private void logSteps(RunLog.Level level) {
        for (StepReport step : journal.steps().finished()) {
            log.log(
                    level,
                    "step ended",
                    "step",
                    step.name(),
                    "outcome",
                    step.outcome(),
                    "millis",
                    step.millis(),
                    "why",
                    step.message() == null ? "" : step.message());
        }
    }
}
