package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportBuilder;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.runner.publish.RedisPublisher;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.sql.Transactions.CommitAnswerLost;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Holds what is known of a run at any moment, and creates its report. */
public final class RunJournal {
    /** The report of a run that ended, and the code that the process exits with. */
    public record End(RunReport report, RunnerExit exit) {}

    /** These counts tell what the run saw or left, and not what it did. */
    private static final Set<String> NOT_WORK = Set.of(
            Counts.UNANSWERED_CUT,
            Counts.HOT_LEAD_CUT,
            Counts.FOLLOW_UP_CUT,
            Counts.ORPHAN_MESSAGES,
            Counts.METRICS_UNCHANGED);

    private final String task;
    private final boolean dryRun;
    private final Instant startTime = Instant.now();
    private final Outcome outcome = new Outcome();
    private volatile Steps steps = new Steps();
    private volatile long attemptStart = System.nanoTime();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile @Nullable Instant now;
    private volatile @Nullable CommitAnswerLost commitAnswerLost;
    private volatile @Nullable String anotherRun;
    private volatile String database = "unknown";
    private volatile RedisPublisher.Status redis = RedisPublisher.Status.UNKNOWN;

    public RunJournal(String task, boolean dryRun) {
        this.task = task;
        this.dryRun = dryRun;
    }

    public void warn(String warning) {
        outcome.warn(warning);
    }

    void redis(RedisPublisher.Status status) {
        redis = status;
    }

    /** Records why the attempt did nothing. */
    void anotherRunWorks(String message) {
        anotherRun = message;
    }

    public void database(String status) {
        database = status;
    }

    void now(Instant instant) {
        now = instant;
    }

    @Nullable
    Instant now() {
        return now;
    }

    Outcome outcome() {
        return outcome;
    }

    Steps steps() {
        return steps;
    }

    /** The report has the steps of the last attempt only. */
    public Steps beginAttempt() {
        attempts.incrementAndGet();
        if (dryRun) {
            outcome.clearCounts();
        }
        attemptStart = System.nanoTime();
        steps = new Steps();
        return steps;
    }

    /** Records that the attempt may have written rows that no count includes. */
    void commitAnswerLost(CommitAnswerLost lost) {
        commitAnswerLost = lost;
    }

    @Nullable
    CommitAnswerLost commitAnswerLost() {
        return commitAnswerLost;
    }

    /** @param status {@code committed} or {@code aborted}; null when the server cannot know */
    void lostCommitIs(@Nullable String status) {
        CommitAnswerLost lost = commitAnswerLost;
        if (lost != null && status != null) {
            commitAnswerLost = null;
            if (status.equals("committed")) {
                lost.committed();
            }
        }
    }

    /** Ends a run whose last attempt did not fail. */
    End ended() {
        if (anotherRun != null) {
            return ended(RunResult.SKIPPED_LOCKED, anotherRun);
        }
        return ended(worked() || commitAnswerLost != null ? RunResult.SUCCEEDED : RunResult.NO_WORK, null);
    }

    /** Ends a run or a check that did not fail. */
    public End ended(RunResult result, @Nullable String message) {
        return new End(report(result, null).message(message).build(), RunnerExit.OK);
    }

    public Instant startTime() {
        return startTime;
    }

    public End failed(Failure failure) {
        RunReportBuilder report = report(worked() && !dryRun ? RunResult.PARTIAL : RunResult.FAILED, failure.step())
                .reason(failure.reason().toString())
                .message(failure.message());
        return new End(report.build(), failure.reason().exit());
    }

    /** Ends a run whose thread no longer responds. That thread may still record work. */
    public End stopped(Failure cause) {
        return failed(cause.at(steps.current()));
    }

    private boolean worked() {
        return outcome.counts().entrySet().stream()
                .anyMatch(count -> !NOT_WORK.contains(count.getKey()) && count.getValue() > 0);
    }

    private RunReportBuilder report(RunResult result, @Nullable String failedStep) {
        Instant instant = now;
        Map<String, Long> counts = outcome.counts();
        List<String> warnings = new ArrayList<>(outcome.warnings());
        if (commitAnswerLost != null) {
            warnings.add("The connection was lost during a commit, and the run could not find out whether it happened."
                    + " Rows that it wrote are not counted, and Redis does not know of them");
        }
        RedisPublisher.Status status = redis.or(outcome.publications());
        status.warning().ifPresent(warnings::add);
        if (status.notConfirmed() > 0) {
            counts.put(Counts.REDIS_NOT_CONFIRMED, (long) status.notConfirmed());
        }
        return RunReport.builder(task, result)
                .step(failedStep)
                .now(instant == null ? null : instant.toString())
                .startTime(startTime.toString())
                .completionTime(Instant.now().toString())
                .dryRun(dryRun)
                .attempts(attempts.get())
                .counts(counts)
                .steps(steps(failedStep))
                .warnings(warnings)
                .database(database)
                .redis(status.report());
    }

    private List<StepReport> steps(@Nullable String failed) {
        List<StepReport> all = new ArrayList<>(steps.finished());
        if (failed != null) {
            long elapsed = (System.nanoTime() - attemptStart) / 1_000_000;
            long others = all.stream().mapToLong(StepReport::millis).sum();
            all.add(new StepReport(failed, StepReport.FAILED, Math.max(0, elapsed - others), null));
        }
        return all;
    }
}
