package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.status.TestRuns.reported;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshConditionTest {
    /** This day is a Monday. */
    private static final Instant CREATED = Instant.parse("2026-11-23T10:00:00Z");

    private static final CronJobState SCHEDULED = inPlace(Suspension.NONE);

    private CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, schedule: '0 8 * * *'}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interval: 90m                                            | 2026-11-23T10:10:00Z | 2026-11-23T12:47:46Z",
                "schedule: '0 8 * * *'                                    | 2026-11-24T08:10:00Z | 2026-11-26T08:05:00Z",
                "schedule: '0 8 * * 1-5'                                  | 2026-11-27T08:10:00Z | 2026-12-01T08:05:00Z",
                "schedule: '0 8 * * *', freshness: {missedRuns: 1}        | 2026-11-24T08:10:00Z | 2026-11-25T08:05:00Z",
                "schedule: '0 8 * * *', freshness: {grace: 1h}            | 2026-11-24T08:10:00Z | 2026-11-26T09:00:00Z",
                "schedule: '0 8 * * *', freshness: {maxAge: 2h}           | 2026-11-24T08:10:00Z | 2026-11-24T10:10:00Z",
                "schedule: '30 2 * * *', timeZone: Europe/Berlin          | 2027-03-27T01:31:00Z | 2027-03-30T00:35:00Z"
            })
    void isStaleWhenTheNextScheduledTimesPassWithoutASuccess(String spec, Instant success, Instant deadline) {
        task = TestTasks.stored("cleanup", "{task: cleanup, " + spec + "}");
        CrmScheduledTaskStatus status = next(SCHEDULED, EMPTY, success, success(success));
        assertEquals("True Fresh", fresh(status));
        assertEquals(Optional.of(deadline), FreshCondition.expiry(status));
        CrmScheduledTaskStatus before = next(SCHEDULED, status, deadline.minusSeconds(1));
        assertEquals(status, before, "the status does not change with the clock");
        assertEquals("False Stale", fresh(next(SCHEDULED, before, deadline)));
    }

    @Test
    void countsFromTheCreationUntilTheFirstSuccess() {
        CrmScheduledTaskStatus created = next(SCHEDULED, EMPTY, CREATED);
        assertEquals("True Fresh", fresh(created));
        assertEquals("No run has succeeded yet. The first success is due by 2026-11-25T08:05:00Z.", message(created));
        CrmScheduledTaskStatus stale = next(SCHEDULED, created, Instant.parse("2026-11-25T08:05:00Z"));
        assertEquals("False Stale", fresh(stale));
        assertTrue(
                message(stale).startsWith("No run has succeeded since the task was created at 2026-11-23T10:00:00Z;"));
        assertEquals(Optional.empty(), FreshCondition.expiry(stale));
    }

    @Test
    void becomesFreshOnlyByASuccess() {
        Instant late = Instant.parse("2026-11-26T08:00:00Z");
        CrmScheduledTaskStatus stale = next(SCHEDULED, EMPTY, late);
        assertEquals("False Stale", fresh(stale));
        assertEquals(stale, next(SCHEDULED, stale, late.plusSeconds(3600)));
        Instant success = late.plusSeconds(4000);
        CrmScheduledTaskStatus fresh = next(SCHEDULED, stale, success.plusSeconds(3), success(success));
        assertEquals("True Fresh", fresh(fresh));
        assertEquals(fresh, next(SCHEDULED, fresh, success.plusSeconds(9), success(success)));
    }

    @Test
    void expectsNoSuccessWhileDisabledAndCountsFromTheResume() {
        CrmScheduledTaskStatus stale = next(SCHEDULED, EMPTY, Instant.parse("2026-11-26T08:00:00Z"));
        CrmScheduledTaskStatus disabled =
                next(inPlace(Suspension.DISABLED), stale, Instant.parse("2026-11-26T09:00:00Z"));
        assertEquals("Unknown Disabled", fresh(disabled));
        Instant resumed = Instant.parse("2026-12-10T09:00:00Z");
        CrmScheduledTaskStatus again = next(SCHEDULED, disabled, resumed);
        assertEquals("True Fresh", fresh(again));
        assertEquals(Optional.of(Instant.parse("2026-12-12T08:05:00Z")), FreshCondition.expiry(again));
        assertEquals("False Stale", fresh(next(SCHEDULED, again, Instant.parse("2026-12-12T08:05:00Z"))));
    }

    @Test
    void aTaskThatCannotRunBecomesStale() {
        CronJobState conflict = new Refused(Reason.NAME_CONFLICT, "Taken.", Optional.empty());
        CrmScheduledTaskStatus created = next(conflict, EMPTY, CREATED);
        assertEquals("True Fresh", fresh(created));
        assertEquals("False Stale", fresh(next(conflict, created, CREATED.plus(Duration.ofDays(3)))));
        task = TestTasks.stored("cleanup", "{task: cleanup, schedule: '0 0 30 2 *'}");
        assertEquals("Unknown InvalidSchedule", fresh(next(conflict, EMPTY, CREATED)));
    }

    /** The task has not missed a run of the new schedule yet. */
    @Test
    void anEditOfTheScheduleRestartsTheDeadline() {
        CrmScheduledTaskStatus daily = succeeded("schedule: '0 8 * * *'", "2026-11-24T08:10:00Z");
        CrmScheduledTaskStatus denser = edit(daily, "schedule: '*/5 * * * *'", "2026-11-24T12:00:00Z");
        assertEquals("True Fresh", fresh(denser));
        assertEquals(Optional.of(Instant.parse("2026-11-24T12:15:00Z")), FreshCondition.expiry(denser));
        assertTrue(message(denser).endsWith("Another is due by 2026-11-24T12:15:00Z."), message(denser));
        assertEquals(
                denser,
                next(SCHEDULED, denser, Instant.parse("2026-11-24T12:14:59Z")),
                "the status does not change with the clock");
        assertEquals("False Stale", fresh(next(SCHEDULED, denser, Instant.parse("2026-11-24T12:15:00Z"))));
        CrmScheduledTaskStatus rarer = edit(denser, "schedule: '0 * * * *'", "2026-11-24T12:02:00Z");
        assertEquals(Optional.of(Instant.parse("2026-11-24T14:05:00Z")), FreshCondition.expiry(rarer));
        CrmScheduledTaskStatus younger = edit(rarer, "interval: 1h, freshness: {maxAge: 1h}", "2026-11-24T12:03:00Z");
        assertEquals(Optional.of(Instant.parse("2026-11-24T13:03:00Z")), FreshCondition.expiry(younger));
    }

    @Test
    void anEditOfAnotherFieldKeepsTheDeadline() {
        CrmScheduledTaskStatus daily = succeeded("schedule: '0 8 * * *'", "2026-11-24T08:10:00Z");
        CrmScheduledTaskStatus denser = edit(daily, "interval: 1h", "2026-11-24T12:00:00Z");
        CrmScheduledTaskStatus other = edit(denser, "interval: 1h, parameters: {batchSize: 9}", "2026-11-24T12:50:00Z");
        assertEquals(FreshCondition.expiry(denser), FreshCondition.expiry(other));
        CrmScheduledTaskStatus late = edit(other, "interval: 1h, timeout: 5m", "2026-11-25T12:00:00Z");
        assertEquals("False Stale", fresh(late));
    }

    /** The longer maxAge counts from the last success, not from the edit. */
    @Test
    void aLongerMaxAgeOfAStaleTaskCountsFromItsLastSuccess() {
        CrmScheduledTaskStatus young = succeeded("interval: 1h, freshness: {maxAge: 2h}", "2026-11-24T08:00:00Z");
        CrmScheduledTaskStatus stale = next(SCHEDULED, young, Instant.parse("2026-11-24T10:00:00Z"));
        assertEquals("False Stale", fresh(stale));
        CrmScheduledTaskStatus raised = edit(stale, "interval: 1h, freshness: {maxAge: 6h}", "2026-11-24T11:00:00Z");
        assertEquals("True Fresh", fresh(raised));
        assertEquals(Optional.of(Instant.parse("2026-11-24T14:00:00Z")), FreshCondition.expiry(raised));
        CrmScheduledTaskStatus tooLate = edit(stale, "interval: 1h, freshness: {maxAge: 3h}", "2026-11-24T11:00:00Z");
        assertEquals("False Stale", fresh(tooLate));
    }

    private CrmScheduledTaskStatus succeeded(String spec, String time) {
        task = TestTasks.stored("cleanup", "{task: cleanup, " + spec + "}");
        Instant success = Instant.parse(time);
        return next(SCHEDULED, EMPTY, success, success(success));
    }

    /** An operator that has just started finds the new spec beside the status of the old one. */
    private CrmScheduledTaskStatus edit(CrmScheduledTaskStatus before, String spec, String time) {
        task = TestTasks.stored("cleanup", "{task: cleanup, " + spec + "}");
        task.getMetadata().setGeneration(before.observedGeneration() + 1);
        return next(SCHEDULED, before, Instant.parse(time));
    }

    private static ObservedRun success(Instant end) {
        return reported(
                TestRuns.identity("a", Trigger.SCHEDULED),
                (int) Duration.between(TestRuns.at(0), end).toSeconds(),
                RunResult.SUCCEEDED);
    }

    private CrmScheduledTaskStatus next(
            CronJobState cronJob, CrmScheduledTaskStatus previous, Instant now, ObservedRun... runs) {
        return TestStatus.next(task, cronJob, List.of(runs), previous, now);
    }

    private static CronJobState inPlace(Suspension suspension) {
        return new InPlace(
                "cleanup", "0 8 * * *", "Etc/UTC", suspension, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static String fresh(CrmScheduledTaskStatus status) {
        Condition fresh = status.condition("Fresh").orElseThrow();
        return fresh.status() + " " + fresh.reason();
    }

    private static String message(CrmScheduledTaskStatus status) {
        return status.condition("Fresh").orElseThrow().message();
    }
}
