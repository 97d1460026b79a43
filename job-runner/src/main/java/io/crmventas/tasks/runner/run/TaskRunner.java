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
        RedisPublisher.Status redis = publisher.publish(List.of());
        journal.redis(redis);
        if (redis.report().equals("disabled")) {
            journal.outcome().withoutRedis();
        }
        Attempt.Result result = attempts(request);
        // After the connection is gone, and also for what a failed run had committed before.
        journal.redis(publisher.publish(journal.outcome().publications()));
        logSteps(request.stepLevel());
        return result.end(journal);
    }

    private Attempt.Result attempts(RunRequest request) {
        for (int tries = 1; ; tries++) {
            Attempt.Result result = new Attempt(request, connector, stop, journal).run();
            if (!(result instanceof Attempt.Result.Failed(Failure failure)) || !failure.passing()) {
                return result;
            }
            if (tries > request.retry().limit()) {
                return tries == 1 ? result : failed(failure.because("tried " + tries + " times"));
            }
            Duration delay = request.retry().delay(tries, random);
            if (delay.compareTo(stop.remaining()) >= 0) {
                return failed(failure.because("no time left to try again"));
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
            if (stop.sleep(delay)) {
                return failed(Failure.stopped(stop.cause().orElseThrow(), failure.step(), stop)
                        .because("while waiting to try again after: " + failure.message()));
            }
        }
    }

    private static Attempt.Result failed(Failure failure) {
        return new Attempt.Result.Failed(failure);
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
