package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.MissedRuns;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.slots.SlotLedger;
import io.crmventas.tasks.operator.schedule.slots.SlotLedger.Account;
import io.crmventas.tasks.operator.schedule.slots.SlotLedger.Known;
import io.crmventas.tasks.operator.schedule.slots.StartDeadline;
import io.crmventas.tasks.operator.status.Placement;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for the slots that came since the previous status was written, by the schedule that it names: so neither a
 * restart nor an edit counts a slot twice or loses one.
 */
record SlotAccount(long missed, long skipped, @Nullable String until, Optional<Instant> again) {

    static SlotAccount of(
            CrmScheduledTask task,
            Placement placement,
            Runs runs,
            @Nullable CrmScheduledTaskStatus previous,
            Instant now) {
        boolean runsNow =
                placement instanceof InPlace inPlace && !inPlace.suspension().suspends();
        Optional<Instant> since = Optional.ofNullable(previous)
                .map(CrmScheduledTaskStatus::slotsCountedUntil)
                .map(Instant::parse);
        Optional<Schedule> before = previous == null ? Optional.empty() : schedule(task, previous);
        if (previous == null || since.isEmpty() || before.isEmpty() || suspended(previous)) {
            // What comes from now on counts. While suspended nothing does, and nothing is written.
            String until = previous == null ? null : previous.slotsCountedUntil();
            return new SlotAccount(0, 0, runsNow || until == null ? seconds(now) : until, Optional.empty());
        }
        boolean goesOn = runsNow && same(previous, (InPlace) placement);
        Optional<Instant> anchor = anchor(placement);
        Known known = new Known(
                SlotFates.of(task, runs, previous, anchor),
                Stream.concat(anchor.stream(), runs.newestSlot().stream()).max(Comparator.naturalOrder()));
        Optional<Duration> deadline = deadline(task, before.get());
        Account account = goesOn
                ? SlotLedger.open(before.get(), since.get(), known, deadline, now)
                : SlotLedger.closed(before.get(), since.get(), known, deadline, now);
        return new SlotAccount(account.missed(), account.skipped(), seconds(account.until()), account.again());
    }

    /** The same account as before: nothing is counted yet. */
    SlotAccount postponed(@Nullable CrmScheduledTaskStatus previous, Instant retry) {
        return new SlotAccount(0, 0, previous == null ? null : previous.slotsCountedUntil(), Optional.of(retry));
    }

    CrmScheduledTaskStatus enter(CrmScheduledTaskStatus status) {
        Counters counters = status.counters();
        if (missed + skipped > 0) {
            counters = (counters == null ? Counters.ZERO : counters).plusSlots(missed, skipped);
        }
        return status.toBuilder().counters(counters).slotsCountedUntil(until).build();
    }

    private static Optional<Schedule> schedule(CrmScheduledTask task, CrmScheduledTaskStatus status) {
        String schedule = status.schedule();
        String timeZone = status.timeZone();
        return schedule == null || timeZone == null
                ? Optional.empty()
                : ScheduleCompiler.compiled(
                        task.getMetadata().getNamespace(), task.getMetadata().getName(), schedule, timeZone);
    }

    private static boolean same(CrmScheduledTaskStatus previous, InPlace placement) {
        return Objects.equals(previous.schedule(), placement.schedule())
                && Objects.equals(previous.timeZone(), placement.timeZone());
    }

    private static boolean suspended(CrmScheduledTaskStatus status) {
        return status.conditions() != null
                && status.conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Suspended")
                                && condition.status().equals("True"));
    }

    private static Optional<Instant> anchor(Placement placement) {
        return switch (placement) {
            case InPlace inPlace -> inPlace.lastScheduleTime();
            case Placement.Refused refused -> refused.cronJob().flatMap(Placement.Leftover::lastScheduleTime);
        };
    }

    /** With {@code @every} Kubernetes knows of none, and a run that comes too late tells so itself. */
    private static Optional<Duration> deadline(CrmScheduledTask task, Schedule schedule) {
        return task.getSpec().missedRuns() == MissedRuns.SKIP && schedule instanceof Schedule.Cron
                ? Optional.of(StartDeadline.of(schedule))
                : Optional.empty();
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
