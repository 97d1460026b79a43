package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Fate;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Known;
import io.crmventas.tasks.operator.status.Conditions;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the scheduled times that came since the previous status. It uses the schedule that this status names, because
 * a restart or an edit would otherwise count a time twice or lose one.
 */
record CountedTimes(CrmScheduledTask task, CronJobState cronJob, CrmScheduledTaskStatus previous, Instant now) {
    /** @param end {@link Instant#MAX} while the run is active; Kubernetes then starts no later scheduled time */
    private record StartedTime(Instant time, Instant end) {
        /** Returns empty for a run without a scheduled time. */
        static Stream<StartedTime> recorded(@Nullable Instant time, @Nullable Instant end) {
            return time == null || end == null ? Stream.of() : Stream.of(new StartedTime(time, end));
        }

        boolean activeAt(Instant other) {
            return time.isBefore(other) && end.isAfter(other);
        }
    }

    /**
     * Counts a start as missed only after the API server has confirmed that there is no Job. A watch can be silent for
     * ten minutes before the client notices, and a wrongly counted start would raise an alert.
     */
    Account confirmed(TaskRuns runs, RunReader runReader, FailedCalls failed) {
        Account suspected = count(runs);
        if (suspected.missed() == 0) {
            return suspected;
        }
        // After a failed call JOSDK repeats the reconcile, which then counts these times: nothing is counted yet.
        return runReader
                .withLive(task, runs, failed, now)
                .map(this::count)
                .orElseGet(() -> new Account(0, 0, countedUntil().orElse(now), Optional.empty()));
    }

    Account count(TaskRuns runs) {
        boolean runsNow =
                cronJob instanceof InPlace inPlace && !inPlace.suspension().suspends();
        Optional<Instant> since = countedUntil();
        Optional<Schedule> before = ScheduleCompiler.compiled(task, previous);
        if (since.isEmpty() || before.isEmpty() || previous.isTrue(Conditions.SUSPENDED)) {
            // Scheduled times count from now on. No scheduled time of a suspended task counts, so nothing is written.
            return new Account(0, 0, runsNow ? now : since.orElse(now), Optional.empty());
        }
        boolean continues = runsNow && hasScheduleBefore((InPlace) cronJob);
        List<StartedTime> started = started(runs);
        Known known = new Known(
                time -> fate(time, started, runs.trimmedBefore()),
                Stream.concat(cronJob.lastScheduleTime().stream(), runs.newestScheduledTime().stream())
                        .max(Comparator.naturalOrder()));
        return ScheduledTimeLedger.count(before.get(), since.get(), known, deadline(before.get()), continues, now);
    }

    private Optional<Instant> countedUntil() {
        return Optional.ofNullable(previous.startsCountedUntil());
    }

    private boolean hasScheduleBefore(InPlace inPlace) {
        return Objects.equals(previous.schedule(), inPlace.schedule())
                && Objects.equals(previous.timeZone(), inPlace.timeZone());
    }

    /** Kubernetes has no deadline for {@code @every}. A run that starts too late reports it itself. */
    private Optional<Duration> deadline(Schedule schedule) {
        return task.getSpec().missedRuns() == MissedRuns.SKIP && schedule instanceof Schedule.Cron
                ? Optional.of(schedule.startDeadline())
                : Optional.empty();
    }

    /** Returns the scheduled times of the Jobs that exist and of the runs in the status. */
    private List<StartedTime> started(TaskRuns runs) {
        Stream<StartedTime> observed = runs.observed().stream()
                .flatMap(run -> run.identity().scheduledTime().stream()
                        .map(time -> new StartedTime(
                                time, run instanceof Finished finished ? finished.completionTime() : Instant.MAX)));
        Stream<StartedTime> last = Optional.ofNullable(previous.lastRun()).stream()
                .flatMap(run -> StartedTime.recorded(run.scheduledTime(), run.completionTime()));
        Stream<StartedTime> history = previous.history().stream()
                .flatMap(run -> StartedTime.recorded(run.scheduledTime(), run.completionTime()));
        return Stream.of(observed, last, history).flatMap(times -> times).toList();
    }

    private Fate fate(Instant time, List<StartedTime> started, Optional<Instant> trimmedBefore) {
        if (started.stream().anyMatch(run -> run.time().equals(time))) {
            return Fate.STARTED;
        }
        if (task.getSpec().overlap() != Overlap.REPLACE && started.stream().anyMatch(run -> run.activeAt(time))) {
            return Fate.OVERLAPPED;
        }
        // The CronJob's status shows that Kubernetes started it, although its Job is deleted.
        if (cronJob.lastScheduleTime().filter(time::equals).isPresent()) {
            return Fate.STARTED;
        }
        return trimmedBefore.filter(time::isBefore).isPresent() ? Fate.UNKNOWABLE : Fate.NOT_STARTED;
    }
}
