package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatusBuilder;
import io.crmventas.tasks.operator.status.TaskEvent.Kind;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskEventTest {
    private static final CrmScheduledTaskStatus GOOD = status("Scheduled", "False", "True");

    @Test
    void reportsACreatedCronJob() {
        assertEvents(EMPTY, status("Scheduled", "False", "Unknown"), Kind.CRON_JOB_CREATED);
    }

    @Test
    void reportsNothingWithoutAChange() {
        assertEvents(GOOD, GOOD);
    }

    @Test
    void reportsAFailureOnceAndTheRecovery() {
        CrmScheduledTaskStatus failed = status("Scheduled", "False", "False");
        assertEvents(GOOD, failed, Kind.RUN_FAILED);
        assertEvents(failed, failed);
        assertEvents(failed, GOOD, Kind.RUN_RECOVERED);
    }

    @Test
    void theFirstSuccessIsNoRecovery() {
        assertEvents(status("Scheduled", "False", "Unknown"), GOOD);
    }

    @Test
    void reportsARunWithAnUnknownResult() {
        assertEvents(GOOD, status("Scheduled", "False", "Unknown"), Kind.RUN_UNKNOWN);
    }

    @Test
    void reportsSuspensionsAndConflicts() {
        CrmScheduledTaskStatus disabled = status("Scheduled", "True", "True");
        assertEvents(GOOD, disabled, Kind.SUSPENDED);
        assertEvents(disabled, GOOD, Kind.RESUMED);
        assertEvents(GOOD, status("NameConflict", "True", "True"), Kind.NAME_CONFLICT, Kind.SUSPENDED);
        assertEvents(GOOD, status("InvalidSchedule", "True", "True"), Kind.INVALID_SCHEDULE, Kind.SUSPENDED);
        assertEvents(GOOD, status("CronJobRejected", "False", "True"), Kind.CRON_JOB_REJECTED);
        assertEvents(GOOD, status("CronJobContested", "False", "True"), Kind.CRON_JOB_CONTESTED);
    }

    /** The CronJob exists all the time, so these Events must not look like one that was rejected and created. */
    @ParameterizedTest
    @ValueSource(strings = {"JobRejected", "StartOverdue", "NoPod", "NotEnded"})
    void reportsThatKubernetesStartsNoRun(String reason) {
        CrmScheduledTaskStatus refused = status(reason, "False", "True");
        assertEvents(GOOD, refused, Kind.RUN_REFUSED);
        assertEvents(refused, GOOD);
        assertEvents(refused, status("CronJobRejected", "False", "True"), Kind.CRON_JOB_REJECTED);
    }

    @Test
    void reportsTheOpenedBreakerOfAPausedTask() {
        CrmScheduledTaskStatus open = Serialization.unmarshal("""
                        consecutiveFailures: 5
                        breaker: {openedTime: '2026-11-26T09:00:00Z', trialRuns: 0}
                        """, CrmScheduledTaskStatus.class).toBuilder()
                .conditions(conditions("Scheduled", "True", "True"))
                .build();
        TaskEvent event =
                TaskEvent.between(status("Scheduled", "True", "True"), open).getFirst();
        assertEquals(Kind.BREAKER_OPENED, event.kind());
        assertTrue(event.note().startsWith("5 scheduled runs in a row failed"), event.note());
    }

    @Test
    void reportsARefusedTrialRunOnce() {
        CrmScheduledTaskStatus open = status("Scheduled", "True", "False").toBuilder()
                .breaker(new Breaker(Instant.parse("2026-11-26T09:00:00Z"), 1, null, null, null))
                .build();
        CrmScheduledTaskStatus refused = open.toBuilder()
                .breaker(new Breaker(Instant.parse("2026-11-26T09:00:00Z"), 1, null, null, "exceeded quota: jobs"))
                .build();
        TaskEvent event = TaskEvent.between(open, refused).getFirst();
        assertEquals(Kind.RUN_REFUSED, event.kind());
        assertEquals("Kubernetes refused the Job of a trial run: exceeded quota: jobs.", event.note());
        assertEvents(refused, refused);
    }

    /** The task waits for Kubernetes, as a new task waits for its preflight. */
    @Test
    void reportsNothingWhileANewTaskWaitsForTheDeletionOfAnEarlierOne() {
        CrmScheduledTaskStatus waits = waiting("AwaitingDeletion");
        assertEvents(EMPTY, waits);
        assertEvents(waits, status("Scheduled", "False", "Unknown"), Kind.CRON_JOB_CREATED);
        assertEvents(waits, waiting("PreflightPending"));
        assertEvents(waits, status("Scheduled", "True", "Unknown"), Kind.CRON_JOB_CREATED, Kind.SUSPENDED);
        assertEvents(waits, status("NameConflict", "True", "Unknown"), Kind.NAME_CONFLICT, Kind.SUSPENDED);
    }

    @Test
    void reportsEachHandledRequestOnce() {
        HandledRequest refused = new HandledRequest(
                "monday", Instant.parse("2026-11-26T09:00:00Z"), null, null, "JobRejected", "A quota refuses it.");
        CrmScheduledTaskStatus one = requested(refused);
        assertEvents(GOOD, one, Kind.RUN_REFUSED);
        assertEvents(one, one);
        CrmScheduledTaskStatus two = requested(
                new HandledRequest("tuesday", Instant.parse("2026-11-26T09:05:00Z"), true, "cleanup-1", null, null),
                refused);
        assertEquals(
                List.of(new TaskEvent(Kind.RUN_STARTED, "Job cleanup-1 was started on request, as a dry run.")),
                TaskEvent.between(one, two));
    }

    private static CrmScheduledTaskStatus requested(HandledRequest... requests) {
        return GOOD.toBuilder().runRequests(List.of(requests)).build();
    }

    private static void assertEvents(CrmScheduledTaskStatus before, CrmScheduledTaskStatus after, Kind... kinds) {
        assertEquals(
                List.of(kinds),
                TaskEvent.between(before, after).stream().map(TaskEvent::kind).toList());
    }

    private static CrmScheduledTaskStatus waiting(String reason) {
        return status(
                condition("Ready", "False", reason),
                condition("Suspended", "True", reason),
                condition("LastRunSucceeded", "Unknown", "Any"));
    }

    private static CrmScheduledTaskStatus status(String readyReason, String suspended, String lastRunSucceeded) {
        return status(conditions(readyReason, suspended, lastRunSucceeded).toArray(Condition[]::new));
    }

    private static List<Condition> conditions(String readyReason, String suspended, String lastRunSucceeded) {
        return List.of(
                condition("Ready", "Scheduled".equals(readyReason) ? "True" : "False", readyReason),
                condition("Suspended", suspended, "Any"),
                condition("LastRunSucceeded", lastRunSucceeded, "Any"));
    }

    private static CrmScheduledTaskStatus status(Condition... conditions) {
        return CrmScheduledTaskStatusBuilder.builder()
                .observedGeneration(1L)
                .conditions(List.of(conditions))
                .build();
    }

    private static Condition condition(String type, String status, String reason) {
        return new Condition(type, status, 1L, Instant.parse("2026-11-23T12:00:00Z"), reason, "Any.");
    }
}
