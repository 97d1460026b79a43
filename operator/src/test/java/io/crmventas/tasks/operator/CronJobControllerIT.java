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
 * What we lean on in Kubernetes' own CronJob controller, and what we do against the rest of it. A time long past is made
 * by moving a CronJob's lastScheduleTime; that a run does not start is told by another that does, asked for later.
 */
class CronJobControllerIT {
    /** On the first of January: its newest slot is past by hours at least, except on that day. */
    private static final String YEARLY = "0 0 1 1 *";

    /** As the tasks below write it: 8000h. */
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
    void whatWasMissedIsMadeUpForOnceAndTold() {
        crm.create("missed", "{task: cleanup, schedule: '" + YEARLY + "'}");
        crm.await("missed", ready("True"));
        jobs.backdate("missed", Instant.now().minus(TWO_YEARS));
        Job late = jobs.awaitOne("missed");
        assertEquals(newYear(), jobs.slot(late));
        cluster.completes(cluster.started(late));
        CrmScheduledTaskStatus status = crm.await("missed", now -> now.lastRun() != null);
        assertEquals("CatchUp", Objects.requireNonNull(status.lastRun()).trigger());
        assertEquals(newYear().toString(), status.lastScheduleTime());
        theControllerHasLooked();
        assertEquals(1, jobs.of("missed").size(), "one for all that were missed");
    }

    @Test
    void whatCameWhileATaskWasCheckedIsStartedAfterTheCheck() {
        try (OperatorHarness checking = OperatorHarness.start(server, Map.of("PREFLIGHT", "true"))) {
            ScheduledJobs its = new ScheduledJobs(checking);
            FakeCluster kubelet = new FakeCluster(checking);
            checking.create("checked", "{task: cleanup, schedule: '* * * * *'}");
            String name = Objects.requireNonNull(checking.await("checked", now -> now.preflight() != null)
                            .preflight())
                    .jobName();
            Job check = kubelet.started(checking.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(checking.namespace())
                    .withName(name)
                    .get());
            Instant slot = its.slot(its.awaitOne(its.foreignCronJob("* * * * *")));
            Predicate<Job> scheduled = job -> job.getMetadata().getAnnotations().containsKey(FakeCluster.SLOT);
            assertTrue(its.of("checked").stream().noneMatch(scheduled), "it is never scheduled blind");
            kubelet.ends(kubelet.pod(check), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
            kubelet.completes(check);
            assertEquals(slot, its.slot(its.await("checked", scheduled)));
        }
    }

    @Test
    void whatWasMissedIsLeftOutWhereTheTaskSaysSo() {
        crm.create("left-out", "{task: cleanup, schedule: '" + YEARLY + "', missedRuns: Skip}");
        crm.await("left-out", ready("True"));
        jobs.backdate("left-out", Instant.now().minus(TWO_YEARS));
        theControllerHasLooked();
        assertEquals(List.of(), jobs.of("left-out"));
    }

    @Test
    void anIntervalKeepsToItsGridWhateverWasMissed() {
        crm.create("grid", "{task: cleanup, interval: 8000h}");
        crm.await("grid", ready("True"));
        CronJob anchored = crm.awaitCronJob(
                "grid", now -> now.getStatus() != null && now.getStatus().getLastScheduleTime() != null);
        Instant grid = Instant.parse(anchored.getStatus().getLastScheduleTime());
        jobs.backdate("grid", grid.minus(INTERVAL.multipliedBy(3)));
        assertEquals(grid, jobs.slot(jobs.awaitOne("grid")));
        assertEquals(
                grid.plus(INTERVAL).toString(),
                crm.await("grid", condition("Running", "True")).nextRunTime());
    }

    @Test
    void nothingStartsThatWasDueWhileATaskWasSuspended() {
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
        theControllerHasLooked();
        assertEquals(List.of(), jobs.of("resumed"));
        assertEquals(List.of(), jobs.of("resumed-grid"));
    }

    @Test
    void nothingStartsThatANewScheduleWouldHaveStartedBefore() {
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
        // An edit alone only makes the controller plan; with any other change it looks.
        jobs.touch("edited");
        jobs.touch("edited-grid");
        theControllerHasLooked();
        assertEquals(List.of(), jobs.of("edited"));
        assertEquals(List.of(), jobs.of("edited-grid"));
    }

    /** In real minutes, side by side. */
    @Test
    void whatBecomesOfASlotThatComesWhileARunIsActive() {
        // From the start of a minute, so that all three have the same slots.
        jobs.awaitOne(jobs.foreignCronJob("* * * * *"));
        for (String overlap : List.of("Skip", "Queue", "Replace")) {
            crm.create(overlap.toLowerCase(Locale.ROOT), "{task: cleanup, interval: 1m, overlap: " + overlap + "}");
        }
        Job skip = cluster.started(jobs.awaitOne("skip"));
        Job queue = cluster.started(jobs.awaitOne("queue"));
        Job replace = cluster.started(jobs.awaitOne("replace"));

        Job replacement = jobs.await(
                "replace",
                job -> !job.getMetadata().getUid().equals(replace.getMetadata().getUid()));
        assertEquals(next(replace), jobs.slot(replacement));
        Run replaced = Objects.requireNonNull(
                crm.await("replace", now -> now.lastRun() != null).lastRun());
        assertEquals("Unknown Replaced", replaced.result() + " " + replaced.reason());

        CrmScheduledTaskStatus skipped = crm.await(
                "skip", now -> now.counters() != null && now.counters().skipped() == 1);
        assertEquals(next(skip).toString(), skipped.startsCountedUntil());
        cluster.completes(skip);
        cluster.completes(queue);
        Job queued = jobs.await(
                "queue",
                job -> !job.getMetadata().getUid().equals(queue.getMetadata().getUid()));
        assertEquals(next(queue), jobs.slot(queued), "started when the other had ended");
        Job afterSkipped = jobs.await(
                "skip",
                job -> !job.getMetadata().getUid().equals(skip.getMetadata().getUid()));
        assertTrue(jobs.slot(afterSkipped).isAfter(next(skip)), "started at its own time");
    }

    /** A CronJob of nobody's, with a slot that is due: the controller works in the order in which it hears. */
    private static void theControllerHasLooked() {
        String name = jobs.foreignCronJob(YEARLY);
        jobs.backdate(name, Instant.now().minus(TWO_YEARS));
        jobs.awaitOne(name);
    }

    private static Instant next(Job job) {
        return jobs.slot(job).plusSeconds(60);
    }

    private static Instant newYear() {
        return LocalDate.now(ZoneOffset.UTC)
                .withDayOfYear(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }
}
