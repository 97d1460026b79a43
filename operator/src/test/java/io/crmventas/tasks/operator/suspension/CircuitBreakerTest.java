package io.crmventas.tasks.operator.suspension;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private CrmScheduledTask task =
            TestTasks.stored("cleanup", "{task: cleanup, interval: 90m, pauseAfterFailures: 2}");
    private CrmScheduledTaskStatus open = status(EMPTY, NOON);

    @BeforeEach
    void openTheBreaker() {
        CrmScheduledTaskStatus once = status(EMPTY, NOON, run("a", Trigger.SCHEDULED, 1, RunResult.FAILED));
        assertNull(once.breaker());
        open = status(once, NOON, run("b", Trigger.SCHEDULED, 2, RunResult.PARTIAL));
    }

    @Test
    void opensAfterTheConfiguredNumberOfFailures() {
        assertEquals(
                new Breaker(
                        Instant.parse("2026-11-25T12:00:00Z"), 0, Instant.parse("2026-11-25T13:30:00Z"), null, null),
                open.breaker());
        assertEquals("Breaker", open.pause().source());
        assertEquals("2 scheduled runs in a row failed", open.pause().reason());
        assertEquals("BreakerOpen", reason(open));
        assertEquals(open, status(open, NOON.plusSeconds(60)), "the status does not change with the clock");
    }

    @Test
    void manualAndSkippedRunsDoNotOpenTheBreaker() {
        CrmScheduledTaskStatus once = status(EMPTY, NOON, run("a", Trigger.SCHEDULED, 1, RunResult.FAILED));
        CrmScheduledTaskStatus more = status(
                once,
                NOON,
                run("m", Trigger.MANUAL, 2, RunResult.FAILED),
                run("s", Trigger.SCHEDULED, 3, RunResult.SKIPPED_LOCKED));
        assertNull(more.breaker());
    }

    @Test
    void anySuccessClosesTheBreakerAndRestartsTheCount() {
        for (Trigger trigger : EnumSet.complementOf(EnumSet.of(Trigger.DRY_RUN))) {
            CrmScheduledTaskStatus closed = status(open, NOON.plusSeconds(9), run("p", trigger, 3, RunResult.NO_WORK));
            assertNull(closed.breaker(), trigger::text);
            assertNull(closed.pause());
            assertEquals(0, closed.consecutiveFailures());
            assertEquals("Enabled", reason(closed));
        }
    }

    @Test
    void aDryRunKeepsTheBreakerOpen() {
        CrmScheduledTaskStatus still =
                status(open, NOON.plusSeconds(9), run("d", Trigger.DRY_RUN, 3, RunResult.SUCCEEDED));
        assertEquals(open.breaker(), still.breaker());
    }

    @Test
    void aFailedTrialRunKeepsTheBreakerOpen() {
        CrmScheduledTaskStatus still = status(open, NOON.plusSeconds(9), run("p", Trigger.TRIAL, 3, RunResult.FAILED));
        assertEquals(open.breaker(), still.breaker());
        assertEquals(2, still.consecutiveFailures(), "only scheduled runs count");
    }

    @Test
    void anEditClosesTheBreakerOnce() {
        task.getMetadata().setGeneration(2L);
        CrmScheduledTaskStatus closed = status(open, NOON.plusSeconds(9));
        assertNull(closed.breaker());
        assertEquals(0, closed.consecutiveFailures());
        assertEquals(closed, status(closed, NOON.plusSeconds(10)));
    }

    @Test
    void onlyANewResumeRequestClosesTheBreaker() {
        task.getMetadata().setAnnotations(Map.of(CircuitBreaker.RESUME, "monday"));
        assertNull(status(open, NOON).breaker());
        CrmScheduledTaskStatus again = status(
                EMPTY,
                NOON,
                run("a", Trigger.SCHEDULED, 1, RunResult.FAILED),
                run("b", Trigger.SCHEDULED, 2, RunResult.FAILED));
        assertEquals("monday", again.breaker().resumeRequest());
        assertEquals(again, status(again, NOON));
        task.getMetadata().setAnnotations(Map.of(CircuitBreaker.RESUME, "tuesday"));
        assertNull(status(again, NOON).breaker());
    }

    @Test
    void aLateReportDoesNotRestoreTheFailuresBeforeTheClose() {
        open = status(
                EMPTY,
                NOON,
                run("z", Trigger.SCHEDULED, 0, RunResult.SUCCEEDED),
                run("a", Trigger.SCHEDULED, 1, RunResult.FAILED),
                run("b", Trigger.SCHEDULED, 2, RunResult.FAILED));
        CrmScheduledTaskStatus succeeded = status(open, NOON, run("p", Trigger.TRIAL, 3, RunResult.SUCCEEDED));
        assertRestartsTheCount(succeeded);
        task.getMetadata().setGeneration(2L);
        assertRestartsTheCount(status(open, NOON));
    }

    private void assertRestartsTheCount(CrmScheduledTaskStatus closed) {
        assertNull(closed.breaker());
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 90m, pauseAfterFailures: 3}");
        task.getMetadata().setGeneration(closed.observedGeneration());
        CrmScheduledTaskStatus unknown = status(
                closed,
                NOON,
                Finished.unreported(
                        identity("c", Trigger.SCHEDULED),
                        at(4),
                        1,
                        new RunProblem(Reason.POD_LOST, "The pod is gone.")));
        CrmScheduledTaskStatus next = status(unknown, NOON, run("d", Trigger.SCHEDULED, 5, RunResult.FAILED));
        CrmScheduledTaskStatus late = status(next, NOON, run("c", Trigger.SCHEDULED, 4, RunResult.FAILED));
        assertEquals(2, late.consecutiveFailures());
        assertNull(late.breaker());
    }

    @Test
    void theBreakerClosesWhenTheSpecNoLongerSetsIt() {
        task = TestTasks.stored("cleanup", "{task: cleanup, interval: 90m}");
        assertNull(status(open, NOON).breaker());
    }

    @Test
    void startsTrialRunsAfterGrowingDelays() {
        Breaker breaker = open.breaker();
        Instant due = breaker.nextTrialTime();
        StringBuilder delays = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            String job = CircuitBreaker.trialJobName(task, breaker);
            assertEquals(job, CircuitBreaker.trialJobName(task, breaker));
            breaker = CircuitBreaker.trialStarted(task, breaker, due);
            assertNotEquals(job, CircuitBreaker.trialJobName(task, breaker));
            Instant next = breaker.nextTrialTime();
            delays.append(Duration.between(due, next).toMinutes()).append(' ');
            due = next;
        }
        assertEquals("180 360 360 360 360 ", delays.toString());
        assertEquals(5, breaker.trialRuns());
    }

    /** A person or a backup tool can write any number into the status. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -5, -1, Integer.MAX_VALUE})
    void anyNumberOfTrialRunsHasANextOne(int trialRuns) {
        Breaker breaker = new Breaker(
                Instant.parse("2026-11-25T11:00:00Z"), trialRuns, Instant.parse("2026-11-25T12:00:00Z"), null, null);
        Breaker next = CircuitBreaker.trialStarted(task, breaker, NOON);
        Duration gap = Duration.between(NOON, next.nextTrialTime());
        assertTrue(
                gap.compareTo(Duration.ofMinutes(90)) >= 0 && gap.compareTo(Duration.ofHours(6)) <= 0, gap::toString);
    }

    @Test
    void showsWhyKubernetesRefusedTheLastTrialRun() {
        Breaker refused = CircuitBreaker.trialRefused(task, open.breaker(), "exceeded quota: jobs", NOON);
        assertEquals(0, refused.trialRuns());
        assertEquals(Instant.parse("2026-11-25T15:00:00Z"), refused.nextTrialTime());
        open = open.toBuilder().breaker(refused).build();
        String message = status(open, NOON).conditions().stream()
                .filter(condition -> condition.type().equals("Suspended"))
                .findFirst()
                .orElseThrow()
                .message();
        assertTrue(message.contains("Kubernetes refused the last trial run: exceeded quota: jobs. "), message);
        assertNull(CircuitBreaker.trialStarted(task, refused, NOON).refusal());
    }

    @Test
    void trialRunsStartNoMoreOftenThanTheSchedule() {
        task = TestTasks.stored("cleanup", "{task: cleanup, schedule: '0 8 * * *', pauseAfterFailures: 1}");
        Breaker breaker = status(EMPTY, NOON, run("a", Trigger.SCHEDULED, 1, RunResult.FAILED))
                .breaker();
        assertEquals(Instant.parse("2026-11-26T12:00:00Z"), breaker.nextTrialTime());
        assertEquals(
                Instant.parse("2026-11-27T12:00:00Z"),
                CircuitBreaker.trialStarted(task, breaker, NOON.plus(Duration.ofDays(1)))
                        .nextTrialTime());
    }

    @Test
    void aPausedTaskStartsNoTrialRun() {
        assertTrue(CircuitBreaker.trialDue(decide(open, NOON)).isPresent());
        task.getMetadata().setAnnotations(Map.of(PauseNotice.PAUSED, "true"));
        SuspensionDecision paused = decide(open, NOON);
        assertEquals(Optional.empty(), CircuitBreaker.trialDue(paused));
        assertTrue(paused.breaker().isPresent());
        assertEquals("Task", paused.pause().orElseThrow().source());
    }

    private SuspensionDecision decide(CrmScheduledTaskStatus previous, Instant now, ObservedRun... runs) {
        return SuspensionRules.decide(
                task, true, Optional.empty(), RunStatistics.count(task, previous, List.of(runs)), previous, now);
    }

    private CrmScheduledTaskStatus status(CrmScheduledTaskStatus previous, Instant now, ObservedRun... runs) {
        SuspensionDecision decision = decide(previous, now, runs);
        InPlace inPlace = new InPlace(
                "cleanup",
                "@every 1h30m0s",
                "Etc/UTC",
                decision.suspension(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return TestStatus.factory(task, inPlace, List.of(runs), previous, now)
                .suspension(decision)
                .build()
                .create();
    }

    private static String reason(CrmScheduledTaskStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals("Suspended"))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    private static ObservedRun run(String job, Trigger trigger, int second, RunResult result) {
        RunReport report = RunReport.builder("cleanup", result)
                .attempts(1)
                .counts(Map.of())
                .build();
        return new Finished(identity(job, trigger), at(second), 1, report, true);
    }

    private static RunIdentity identity(String job, Trigger trigger) {
        return new RunIdentity(job, "uid-" + job, trigger, Optional.empty(), Optional.empty());
    }

    private static Instant at(int second) {
        return Instant.parse("2026-11-25T11:00:00Z").plusSeconds(second);
    }
}
