package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The operator works with Kubernetes' own CronJob controller. A test moves a CronJob's {@code lastScheduleTime} into
 * the past to make a run due. To show that no run starts, a test makes another CronJob due later and waits for its run.
 */
class CronJobControllerIT {
    /** The last scheduled time is hours ago or more, except on the first of January. */
    private static final String YEARLY = "0 0 1 1 *";

    /** The tasks below write this interval as 8000h. */
    private static final Duration INTERVAL = Duration.ofHours(8000);

    private static final Duration TWO_YEARS = Duration.ofDays(731);

    private static LocalApiServer server;
    private static OperatorHarness crm;
    private static ScheduledJobs jobs;
    private static FakeCluster cluster;

    @BeforeAll
    static void start() {
        server = LocalApiServer.start();
        server.startControllers("cronjob-controller");
        crm = OperatorHarness.start(server);
        jobs = new ScheduledJobs(crm);
        cluster = new FakeCluster(crm);
    }

    @AfterAll
    static void stop() {
        crm.close();
        server.close();
    }

    @Test
    void startsOneCatchUpRunForAllMissedRunsAndReportsIt() {
        crm.create("missed", "{task: cleanup, schedule: '" + YEARLY + "'}");
        crm.await("missed", ready("True"));
        jobs.backdate("missed", Instant.now().minus(TWO_YEARS));
        Job late = jobs.awaitOne("missed");
        assertEquals(newYear(), jobs.scheduledTime(late));
        cluster.completeJob(cluster.start(late));
        CrmScheduledTaskStatus status = crm.await("missed", now -> now.lastRun() != null);
        assertEquals("CatchUp", Objects.requireNonNull(status.lastRun()).trigger());
        assertEquals(newYear(), status.lastScheduleTime());
        awaitController();
        assertEquals(1, jobs.list("missed").size(), "one run catches up all missed runs");
    }

    @Test
    void startsARunThatIsDueDuringThePreflightAfterIt() {
        try (OperatorHarness checking = OperatorHarness.start(server, Map.of("PREFLIGHT", "true"))) {
            ScheduledJobs checkedJobs = new ScheduledJobs(checking);
            FakeCluster kubelet = new FakeCluster(checking);
            checking.create("checked", "{task: cleanup, schedule: '* * * * *'}");
            String name = Objects.requireNonNull(checking.await("checked", now -> now.preflight() != null)
                            .preflight())
                    .jobName();
            Job preflight = kubelet.start(checking.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(checking.namespace())
                    .withName(name)
                    .get());
            Instant scheduledTime =
                    checkedJobs.scheduledTime(checkedJobs.awaitOne(checkedJobs.foreignCronJob("* * * * *")));
            Predicate<Job> scheduled =
                    job -> job.getMetadata().getAnnotations().containsKey(FakeCluster.SCHEDULED_TIME);
            assertTrue(
                    checkedJobs.list("checked").stream().noneMatch(scheduled),
                    "no run starts before the preflight ends");
            kubelet.endPod(kubelet.pod(preflight), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            kubelet.completeJob(preflight);
            assertEquals(scheduledTime, checkedJobs.scheduledTime(checkedJobs.await("checked", scheduled)));
        }
    }

    @Test
    void missedRunsSkipStartsNoMissedRun() {
        crm.create("skip-missed", "{task: cleanup, schedule: '" + YEARLY + "', missedRuns: Skip}");
        crm.await("skip-missed", ready("True"));
        jobs.backdate("skip-missed", Instant.now().minus(TWO_YEARS));
        awaitController();
        assertEquals(List.of(), jobs.list("skip-missed"));
    }

    @Test
    void anIntervalKeepsItsGridAfterMissedRuns() {
        crm.create("grid", "{task: cleanup, interval: 8000h}");
        crm.await("grid", ready("True"));
        CronJob scheduled = crm.awaitCronJob(
                "grid", now -> now.getStatus() != null && now.getStatus().getLastScheduleTime() != null);
        Instant grid = Instant.parse(scheduled.getStatus().getLastScheduleTime());
        jobs.backdate("grid", grid.minus(INTERVAL.multipliedBy(3)));
        assertEquals(grid, jobs.scheduledTime(jobs.awaitOne("grid")));
        assertEquals(
                grid.plus(INTERVAL).toString(),
                crm.await("grid", condition("Running", "True")).nextRunTime());
    }

    @Test
    void resumeStartsNoMissedRun() {
        crm.create("resumed", "{task: cleanup, schedule: '" + YEARLY + "', enabled: false}");
        crm.create("resumed-grid", "{task: cleanup, interval: 8000h, enabled: false}");
        for (String task : List.of("resumed", "resumed-grid")) {
            crm.await(task, condition("Suspended", "True"));
            jobs.backdate(task, Instant.now().minus(TWO_YEARS));
        }
        crm.edit("resumed", "{task: cleanup, schedule: '" + YEARLY + "'}");
        crm.edit("resumed-grid", "{task: cleanup, interval: 8000h}");
        crm.await("resumed", condition("Suspended", "False"));
        crm.await("resumed-grid", condition("Suspended", "False"));
        awaitController();
        assertEquals(List.of(), jobs.list("resumed"));
        assertEquals(List.of(), jobs.list("resumed-grid"));
    }

    @Test
    void anEditStartsNoRunForPastTimesOfTheNewSchedule() {
        LocalDate inTwoMonths = LocalDate.now(ZoneOffset.UTC).plusDays(60);
        String ahead = "0 0 %d %d *".formatted(inTwoMonths.getDayOfMonth(), inTwoMonths.getMonthValue());
        crm.create("edited", "{task: cleanup, schedule: '" + ahead + "'}");
        crm.create("edited-grid", "{task: cleanup, schedule: '" + ahead + "'}");
        for (String task : List.of("edited", "edited-grid")) {
            crm.await(task, ready("True"));
            jobs.backdate(task, Instant.now().minus(Duration.ofDays(30)));
        }
        crm.edit("edited", "{task: cleanup, interval: 24h}");
        crm.edit("edited-grid", "{task: cleanup, interval: 25h}");
        crm.await("edited", now -> Objects.equals(now.observedGeneration(), 2L));
        crm.await("edited-grid", now -> Objects.equals(now.observedGeneration(), 2L));
        // After an edit of the schedule alone, the controller only computes the next time. It looks for due runs after
        // any other change of the CronJob.
        jobs.touch("edited");
        jobs.touch("edited-grid");
        awaitController();
        assertEquals(List.of(), jobs.list("edited"));
        assertEquals(List.of(), jobs.list("edited-grid"));
    }

    /** The three tasks run at the same time, in real minutes. */
    @Test
    void overlapDecidesWhatHappensToAScheduledTimeDuringARun() {
        // The test begins at the start of a minute, so that the three tasks have the same scheduled times.
        jobs.awaitOne(jobs.foreignCronJob("* * * * *"));
        for (String overlap : List.of("Skip", "Queue", "Replace")) {
            crm.create(overlap.toLowerCase(Locale.ROOT), "{task: cleanup, interval: 1m, overlap: " + overlap + "}");
        }
        Job skip = cluster.start(jobs.awaitOne("skip"));
        Job queue = cluster.start(jobs.awaitOne("queue"));
        Job replace = cluster.start(jobs.awaitOne("replace"));

        Job replacement = jobs.await(
                "replace",
                job -> !job.getMetadata().getUid().equals(replace.getMetadata().getUid()));
        assertEquals(next(replace), jobs.scheduledTime(replacement));
        Run replaced = Objects.requireNonNull(
                crm.await("replace", now -> now.lastRun() != null).lastRun());
        assertEquals("Unknown Replaced", replaced.result() + " " + replaced.reason());

        CrmScheduledTaskStatus skipped = crm.await(
                "skip", now -> now.counters() != null && now.counters().skipped() == 1);
        assertEquals(next(skip), skipped.startsCountedUntil());
        cluster.completeJob(skip);
        cluster.completeJob(queue);
        Job queued = jobs.await(
                "queue",
                job -> !job.getMetadata().getUid().equals(queue.getMetadata().getUid()));
        assertEquals(next(queue), jobs.scheduledTime(queued), "the queued run starts after the first run ended");
        Job afterSkipped = jobs.await(
                "skip",
                job -> !job.getMetadata().getUid().equals(skip.getMetadata().getUid()));
        assertTrue(
                jobs.scheduledTime(afterSkipped).isAfter(next(skip)), "the next run starts at its own scheduled time");
    }

    /**
     * Waits until the controller has handled all earlier events. It handles events in their order, so the test creates
     * another CronJob that is due and waits for its run.
     */
    private static void awaitController() {
        String name = jobs.foreignCronJob(YEARLY);
        jobs.backdate(name, Instant.now().minus(TWO_YEARS));
        jobs.awaitOne(name);
    }

    private static Instant next(Job job) {
        return jobs.scheduledTime(job).plusSeconds(60);
    }

    private static Instant newYear() {
        return LocalDate.now(ZoneOffset.UTC)
                .withDayOfYear(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }
}
