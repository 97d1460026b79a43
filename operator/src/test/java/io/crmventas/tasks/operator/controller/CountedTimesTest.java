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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A task every ten minutes, from status to status. */
class CountedTimesTest {
    private static final String TENS = "*/10 * * * *";

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 10m}");
    private @Nullable CrmScheduledTaskStatus status;

    @Test
    void scheduledTimesCountFromTheFirstLookOn() {
        look("10:03:00", running(TENS));
        assertEquals("2026-11-25T10:03:00Z", status.startsCountedUntil());
        look("10:09:00", running(TENS));
        assertEquals("2026-11-25T10:03:00Z", status.startsCountedUntil(), "nothing ticks");
    }

    @Test
    void whatKubernetesDidNotStartIsMissed() {
        look("10:03:00", running(TENS));
        look("10:31:00", running(TENS), run("10:30:00"));
        assertCounted(2, 0, "10:30:00");
    }

    @Test
    void whatCameWhileARunWasActiveIsSkipped() {
        look("10:03:00", running(TENS));
        look("10:10:01", running(TENS), run("10:10:00"));
        look("10:20:01", counting(TENS, "10:20:00"), run("10:10:00"));
        look("10:30:01", counting(TENS, "10:30:00"), run("10:10:00"));
        assertCounted(0, 2, "10:30:00");
    }

    @Test
    void aScheduledTimeThatKubernetesStartedHasComeWhateverOurClockSays() {
        look("10:03:00", running(TENS));
        look("10:09:59", running(TENS), run("10:10:00"));
        assertEquals("2026-11-25T10:10:00Z", status.startsCountedUntil());
        look("10:09:59", running("0 8 * * *"), run("10:10:00"));
        assertEquals("2026-11-25T10:10:00Z", status.startsCountedUntil(), "nothing is taken back");
        assertCounted(0, 0, "10:10:00");
    }

    @Test
    void nothingIsDueWhileSuspended() {
        look("10:03:00", running(TENS));
        look("10:04:00", suspended(TENS));
        look("12:04:00", suspended(TENS));
        look("14:04:00", running(TENS));
        look("14:15:00", running(TENS));
        assertCounted(0, 0, "14:04:00");
        look("14:20:21", running(TENS));
        assertCounted(1, 0, "14:10:00");
    }

    @Test
    void anEditAccountsForTheScheduledTimesOfTheEarlierSchedule() {
        look("10:03:00", running(TENS));
        look("10:35:00", running("0 8 * * *"));
        // 10:10 and 10:20 are lost; 10:30 could still have been started.
        assertCounted(2, 0, "10:35:00");
    }

    @Test
    void aNewZoneIsANewSchedule() {
        look("10:03:00", running("0 8 * * *"));
        CrmScheduledTaskStatus before = status;
        look(
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
        assertEquals("2026-11-25T10:03:00Z", before.startsCountedUntil());
    }

    @Test
    void whatMayHaveRunWhileNobodyLookedIsNotCalledMissed() {
        look("10:03:00", running(TENS));
        TaskRuns left =
                new TaskRuns(List.of(run("11:00:00")), List.of(), List.of(), List.of(), Optional.of(at("10:40:00")));
        look("11:00:01", running(TENS), left);
        // 10:10 to 10:30 may have been deleted; 10:50 and 10:40 not.
        assertCounted(2, 0, "11:00:00");
    }

    @Test
    void aStatusWithoutAnAccountBeginsOne() {
        look("10:03:00", running(TENS));
        status = status.toBuilder().counters(null).startsCountedUntil(null).build();
        look("15:03:00", running(TENS));
        assertCounted(0, 0, "15:03:00");
    }

    private void look(String time, CronJobState cronJob, ObservedRun... runs) {
        look(time, cronJob, new TaskRuns(List.of(runs), List.of(), List.of(), List.of(), Optional.empty()));
    }

    private void look(String time, CronJobState cronJob, TaskRuns runs) {
        status = TestStatus.factory(task, cronJob, runs.observed(), status, at(time))
                .starts(CountedTimes.count(task, cronJob, runs, status, at(time)))
                .build()
                .create();
    }

    private void assertCounted(int missed, int skipped, String until) {
        Counters counters = status.counters() == null ? Counters.ZERO : status.counters();
        assertEquals(
                missed + " missed, " + skipped + " skipped",
                counters.missed() + " missed, " + counters.skipped() + " skipped");
        assertEquals(at(until).toString(), status.startsCountedUntil());
    }

    private static CronJobState running(String schedule) {
        return state(schedule, Suspension.NONE, Optional.empty());
    }

    private static CronJobState suspended(String schedule) {
        return state(schedule, Suspension.DISABLED, Optional.empty());
    }

    private static CronJobState counting(String schedule, String lastScheduleTime) {
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
