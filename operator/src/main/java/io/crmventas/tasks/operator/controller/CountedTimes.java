package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Fate;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Fates;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Known;
import io.crmventas.tasks.operator.status.Conditions;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the scheduled times that came since the previous status. It uses the schedule that this status names, because
 * a restart or an edit would otherwise count a time twice or lose one.
 */
final class CountedTimes {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private CountedTimes() {}

    /**
     * Counts a start as missed only after the API server has confirmed that there is no Job. A watch can be silent for
     * ten minutes before the client notices, and a wrongly counted start would raise an alert.
     */
    static Account confirmed(
            CrmScheduledTask task,
            CronJobState cronJob,
            TaskRuns runs,
            CrmScheduledTaskStatus previous,
            RunReader runReader,
            FailedCalls failed,
            Instant now) {
        Account suspected = count(task, cronJob, runs, previous, now);
        if (suspected.missed() == 0) {
            return suspected;
        }
        try {
            return count(task, cronJob, runReader.withLive(task, runs, now), previous, now);
        } catch (KubernetesClientException error) {
            failed.add("list the Jobs of task " + task.getMetadata().getName(), error);
            // The next reconcile counts these times: nothing is counted yet.
            return new Account(0, 0, countedUntil(previous).orElse(now), Optional.of(now.plus(RETRY)));
        }
    }

    static Account count(
            CrmScheduledTask task, CronJobState cronJob, TaskRuns runs, CrmScheduledTaskStatus previous, Instant now) {
        boolean runsNow =
                cronJob instanceof InPlace inPlace && !inPlace.suspension().suspends();
        Optional<Instant> since = countedUntil(previous);
        Optional<Schedule> before = schedule(task, previous);
        if (since.isEmpty() || before.isEmpty() || suspended(previous)) {
            // Scheduled times count from now on. No scheduled time of a suspended task counts, so nothing is written.
            return new Account(0, 0, runsNow ? now : since.orElse(now), Optional.empty());
        }
        boolean continues = runsNow && same(previous, (InPlace) cronJob);
        Optional<Instant> last = last(cronJob);
        Known known = new Known(
                TimeFates.of(task, runs, previous, last),
                Stream.concat(last.stream(), runs.newestScheduledTime().stream())
                        .max(Comparator.naturalOrder()));
        Optional<Duration> deadline = deadline(task, before.get());
        return ScheduledTimeLedger.count(before.get(), since.get(), known, deadline, continues, now);
    }

    private static Optional<Instant> countedUntil(CrmScheduledTaskStatus previous) {
        return TimeText.parse(previous.startsCountedUntil());
    }

    private static Optional<Schedule> schedule(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        String schedule = status.schedule();
        String timeZone = status.timeZone();
        return schedule == null || timeZone == null
                ? Optional.empty()
                : ScheduleCompiler.compiled(
                        task.getMetadata().getNamespace(), task.getMetadata().getName(), schedule, timeZone);
    }

    private static boolean same(CrmScheduledTaskStatus previous, InPlace cronJob) {
        return Objects.equals(previous.schedule(), cronJob.schedule())
                && Objects.equals(previous.timeZone(), cronJob.timeZone());
    }

    private static boolean suspended(CrmScheduledTaskStatus status) {
        return status.condition(Conditions.SUSPENDED)
                .filter(condition -> condition.status().equals(Conditions.TRUE))
                .isPresent();
    }

    private static Optional<Instant> last(CronJobState cronJob) {
        return switch (cronJob) {
            case InPlace inPlace -> inPlace.lastScheduleTime();
            case CronJobState.Refused refused -> refused.cronJob().flatMap(CronJobState.Leftover::lastScheduleTime);
        };
    }

    /** Kubernetes has no deadline for {@code @every}. A run that starts too late reports it itself. */
    private static Optional<Duration> deadline(CrmScheduledTask task, Schedule schedule) {
        return task.getSpec().missedRuns() == MissedRuns.SKIP && schedule instanceof Schedule.Cron
                ? Optional.of(schedule.startDeadline())
                : Optional.empty();
    }

    /** Decides the fate of each scheduled time from the Jobs that exist and the runs in the status. */
    private static final class TimeFates implements Fates {
        private final Set<Instant> started = new HashSet<>();
        private final List<Busy> busy = new ArrayList<>();
        private final Optional<Instant> lastScheduleTime;
        private final Optional<Instant> trimmedBefore;

        /** While such a run was active, Kubernetes started no later scheduled time. */
        private record Busy(Instant time, Instant end) {
            boolean at(Instant other) {
                return time.isBefore(other) && end.isAfter(other);
            }
        }

        private TimeFates(Optional<Instant> lastScheduleTime, Optional<Instant> trimmedBefore) {
            this.lastScheduleTime = lastScheduleTime;
            this.trimmedBefore = trimmedBefore;
        }

        static Fates of(
                CrmScheduledTask task,
                TaskRuns runs,
                CrmScheduledTaskStatus previous,
                Optional<Instant> lastScheduleTime) {
            TimeFates fates = new TimeFates(lastScheduleTime, runs.trimmedBefore());
            boolean overlaps = task.getSpec().overlap() != Overlap.REPLACE;
            runs.observed().forEach(run -> fates.add(run, overlaps));
            Run last = previous.lastRun();
            if (last != null) {
                fates.add(last.scheduledTime(), last.completionTime(), overlaps);
            }
            previous.history().forEach(entry -> fates.add(entry.scheduledTime(), entry.completionTime(), overlaps));
            return fates;
        }

        @Override
        public Fate of(Instant time) {
            if (started.contains(time)) {
                return Fate.STARTED;
            }
            if (busy.stream().anyMatch(run -> run.at(time))) {
                return Fate.OVERLAPPED;
            }
            // The CronJob's status shows that Kubernetes started it, although its Job is deleted.
            if (lastScheduleTime.filter(time::equals).isPresent()) {
                return Fate.STARTED;
            }
            return trimmedBefore.filter(time::isBefore).isPresent() ? Fate.UNKNOWABLE : Fate.NOT_STARTED;
        }

        private void add(ObservedRun run, boolean overlaps) {
            Instant end = run instanceof ObservedRun.Finished finished ? finished.completionTime() : Instant.MAX;
            run.identity().scheduledTime().ifPresent(time -> add(time, end, overlaps));
        }

        private void add(@Nullable String time, @Nullable String end, boolean overlaps) {
            TimeText.parse(time)
                    .ifPresent(started -> TimeText.parse(end).ifPresent(ended -> add(started, ended, overlaps)));
        }

        private void add(Instant time, Instant end, boolean overlaps) {
            started.add(time);
            if (overlaps) {
                busy.add(new Busy(time, end));
            }
        }
    }
}
