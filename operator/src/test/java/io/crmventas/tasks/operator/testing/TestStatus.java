package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.StatusFactory.PreflightFinding;
import io.crmventas.tasks.operator.status.StatusFactoryBuilder;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Creates the next status of a task. The task has the suspension of its CronJob. */
public final class TestStatus {
    private TestStatus() {}

    /** @return the state of CronJob {@code cleanup}, which runs every 5 minutes and next at 12:05 */
    public static CronJobState inPlace(Suspension suspension) {
        return new CronJobState.InPlace(
                "cleanup",
                "*/5 * * * *",
                "Etc/UTC",
                suspension,
                Optional.empty(),
                Optional.of(Instant.parse("2026-11-23T12:05:00Z")),
                Optional.empty());
    }

    public static CrmScheduledTaskStatus next(
            CrmScheduledTask task,
            CronJobState cronJob,
            List<ObservedRun> runs,
            CrmScheduledTaskStatus previous,
            Instant now) {
        return factory(task, cronJob, runs, previous, now).build().create();
    }

    /** Returns a builder, so that a test can add more facts. */
    public static StatusFactoryBuilder factory(
            CrmScheduledTask task,
            CronJobState cronJob,
            List<ObservedRun> runs,
            CrmScheduledTaskStatus previous,
            Instant now) {
        Suspension suspension = cronJob instanceof CronJobState.InPlace place ? place.suspension() : Suspension.NONE;
        Instant counted = Objects.requireNonNullElse(
                previous.startsCountedUntil(), Instant.parse(task.getMetadata().getCreationTimestamp()));
        return StatusFactoryBuilder.builder()
                .task(task)
                .previous(previous)
                .now(now)
                .cronJob(cronJob)
                .suspension(new SuspensionDecision(suspension, Optional.empty(), Optional.empty(), Optional.empty()))
                .runs(runs)
                .statistics(RunStatistics.count(task, previous, runs))
                .preflight(new PreflightFinding("Unknown", "NotChecked", "The test checks nothing.", null))
                .starts(new Account(0, 0, counted, Optional.empty()))
                .requests(List.of())
                .failedCalls(List.of());
    }
}
