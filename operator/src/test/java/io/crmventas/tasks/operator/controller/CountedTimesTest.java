package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunIdentity;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A task runs every ten minutes. Each test computes statuses one after the other and compares the counted times. */
class CountedTimesTest {
    private static final String TENS = "*/10 * * * *";

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 10m}");
    private CrmScheduledTaskStatus status = CrmScheduledTaskStatus.EMPTY;

    @Test
    void countsScheduledTimesFromTheFirstReconcile() {
        reconcile("10:03:00", scheduled(TENS));
        assertEquals(Instant.parse("2026-11-25T10:03:00Z"), status.startsCountedUntil());
        reconcile("10:09:00", scheduled(TENS));
        assertEquals(
                Instant.parse("2026-11-25T10:03:00Z"),
                status.startsCountedUntil(),
                "the time changes only when a scheduled time comes");
    }

    @Test
    void aScheduledTimeWithoutAJobIsMissed() {
        reconcile("10:03:00", scheduled(TENS));
        reconcile("10:31:00", scheduled(TENS), run("10:30:00"));
        assertCounted(2, 0, "10:30:00");
    }

    @Test
    void aScheduledTimeDuringAnActiveRunIsSkipped() {
        reconcile("10:03:00", scheduled(TENS));
        reconcile("10:10:01", scheduled(TENS), run("10:10:00"));
        reconcile("10:20:01", lastScheduled(TENS, "10:20:00"), run("10:10:00"));
        reconcile("10:30:01", lastScheduled(TENS, "10:30:00"), run("10:10:00"));
        assertCounted(0, 2, "10:30:00");
    }

    @Test
    void countsAStartedRunBeforeItsScheduledTimeByTheLocalClock() {
        reconcile("10:03:00", scheduled(TENS));
        reconcile("10:09:59", scheduled(TENS), run("10:10:00"));
        assertEquals(Instant.parse("2026-11-25T10:10:00Z"), status.startsCountedUntil());
        reconcile("10:09:59", scheduled("0 8 * * *"), run("10:10:00"));
        assertEquals(
                Instant.parse("2026-11-25T10:10:00Z"),
                status.startsCountedUntil(),
                "the counted time does not move back");
        assertCounted(0, 0, "10:10:00");
    }

    @Test
    void countsNoScheduledTimeDuringASuspension() {
        reconcile("10:03:00", scheduled(TENS));
        reconcile("10:04:00", suspended(TENS));
        reconcile("12:04:00", suspended(TENS));
        reconcile("14:04:00", scheduled(TENS));
        reconcile("14:15:00", scheduled(TENS));
        assertCounted(0, 0, "14:04:00");
        reconcile("14:20:21", scheduled(TENS));
        assertCounted(1, 0, "14:10:00");
    }

    @Test
    void anEditCountsTheScheduledTimesOfTheEarlierSchedule() {
        reconcile("10:03:00", scheduled(TENS));
        reconcile("10:35:00", scheduled("0 8 * * *"));
        // 10:10 and 10:20 are missed. Kubernetes could still start the run of 10:30.
        assertCounted(2, 0, "10:35:00");
    }

    @Test
    void aNewTimeZoneIsANewSchedule() {
        reconcile("10:03:00", scheduled("0 8 * * *"));
        CrmScheduledTaskStatus before = status;
        reconcile(
                "10:04:00",
                new InPlace(
                        "cleanup",
                        "0 8 * * *",
                        "Europe/Madrid",
                        Suspension.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertCounted(0, 0, "10:04:00");
        assertEquals(Instant.parse("2026-11-25T10:03:00Z"), before.startsCountedUntil());
    }

    @Test
    void doesNotCountAScheduledTimeAsMissedWhoseJobCanBeDeleted() {
        reconcile("10:03:00", scheduled(TENS));
        TaskRuns left =
                new TaskRuns(List.of(run("11:00:00")), List.of(), List.of(), List.of(), Optional.of(at("10:40:00")));
        reconcile("11:00:01", scheduled(TENS), left);
        // Kubernetes can have deleted the Jobs of 10:10 to 10:30, but not those of 10:40 and 10:50.
        assertCounted(2, 0, "11:00:00");
    }

    @Test
    void startsCountingForAStatusWithoutCounters() {
        reconcile("10:03:00", scheduled(TENS));
        status = status.toBuilder().counters(null).startsCountedUntil(null).build();
        reconcile("15:03:00", scheduled(TENS));
        assertCounted(0, 0, "15:03:00");
    }

    private void reconcile(String time, CronJobState cronJob, ObservedRun... runs) {
        reconcile(time, cronJob, new TaskRuns(List.of(runs), List.of(), List.of(), List.of(), Optional.empty()));
    }

    private void reconcile(String time, CronJobState cronJob, TaskRuns runs) {
        status = TestStatus.factory(task, cronJob, runs.observed(), status, at(time))
                .starts(new CountedTimes(task, cronJob, status, at(time)).count(runs))
                .build()
                .create();
    }

    private void assertCounted(int missed, int skipped, String until) {
        Counters counters = status.counters() == null ? Counters.ZERO : status.counters();
        assertEquals(
                missed + " missed, " + skipped + " skipped",
                counters.missed() + " missed, " + counters.skipped() + " skipped");
        assertEquals(at(until), status.startsCountedUntil());
    }

    private static CronJobState scheduled(String schedule) {
        return state(schedule, Suspension.NONE, Optional.empty());
    }

    private static CronJobState suspended(String schedule) {
        return state(schedule, Suspension.DISABLED, Optional.empty());
    }

    private static CronJobState lastScheduled(String schedule, String lastScheduleTime) {
        return state(schedule, Suspension.NONE, Optional.of(at(lastScheduleTime)));
    }

    private static CronJobState state(String schedule, Suspension suspension, Optional<Instant> last) {
        return new InPlace("cleanup", schedule, "Etc/UTC", suspension, last, Optional.empty(), Optional.empty());
    }

    private static ObservedRun run(String scheduledTime) {
        return new Running(
                new RunIdentity(
                        "cleanup-" + scheduledTime,
                        scheduledTime,
                        Trigger.SCHEDULED,
                        Optional.of(at(scheduledTime)),
                        Optional.of(at(scheduledTime))),
                Optional.empty(),
                false,
                true,
                Optional.empty());
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-25T" + time + "Z");
    }
}
