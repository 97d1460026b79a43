package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.runner.connection.Connector;
import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.RunLog;
import io.crmventas.tasks.runner.report.RunLog.Field;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Runs a task: it makes attempts until one ends or the time is over, sends the changes to Redis, and writes the report. */
public record TaskRunner(
        Connector connector, RedisPublisher publisher, StopSwitch stop, RunJournal journal, RunLog log) {
    /** @param stepLevel the level of the log lines about steps */
    public RunJournal.End run(RunOptions request, RunLog.Level stepLevel) {
        log.log(
                RunLog.Level.INFO,
                "run started",
                new Field("dryRun", request.dryRun()),
                new Field("limit", DurationText.format(stop.limit())));
        RedisPublisher.Status redis = publisher.publish(List.of());
        journal.redis(redis);
        if (redis.report().equals("disabled")) {
            journal.outcome().withoutRedis();
        }
        Optional<Failure> failure = attempts(request);
        // This comes after the connection is closed. A failed run also sends what it had committed.
        journal.redis(publisher.publish(journal.outcome().publications()));
        for (StepReport step : journal.steps().finished()) {
            log.log(
                    stepLevel,
                    "step ended",
                    new Field("step", step.name()),
                    new Field("outcome", step.outcome()),
                    new Field("millis", step.millis()),
                    new Field("why", step.message()));
        }
        return failure.map(journal::failed).orElseGet(journal::ended);
    }

    private Optional<Failure> attempts(RunOptions request) {
        RandomGenerator random = new SplittableRandom();
        for (int attempts = 1; ; attempts++) {
            Optional<Failure> failed = new Attempt(request, connector, stop, journal).run();
            if (failed.isEmpty() || !failed.get().reason().transientFault()) {
                return failed;
            }
            Failure failure = failed.get();
            if (attempts > request.retry().limit()) {
                return attempts == 1 ? failed : Optional.of(failure.because("tried " + attempts + " times"));
            }
            Duration delay = request.retry().delay(attempts, random);
            if (delay.compareTo(stop.remaining()) >= 0) {
                return Optional.of(failure.because("no time left to try again"));
            }
            log.warning(
                    "attempt failed, trying again",
                    new Field("step", failure.step()),
                    new Field("reason", failure.reason()),
                    new Field("error", failure.message()),
                    new Field("delayMillis", delay.toMillis()));
            if (stop.sleep(delay)) {
                return Optional.of(stop.cause()
                        .orElseThrow()
                        .at(failure.step())
                        .because("while waiting to try again after: " + failure.message()));
            }
        }
    }
}
