package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Overlap;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.schedule.slots.SlotLedger.Fate;
import io.crmventas.tasks.operator.schedule.slots.SlotLedger.Fates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the Jobs that are there, and the runs that the status tells of, say about a slot. */
final class SlotFates implements Fates {
    private final Set<Instant> started = new HashSet<>();
    private final List<Busy> busy = new ArrayList<>();
    private final Optional<Instant> anchor;
    private final Optional<Instant> trimmedBefore;

    /** A run of an earlier slot than those which it kept from being started. */
    private record Busy(Instant slot, Instant end) {
        boolean at(Instant other) {
            return slot.isBefore(other) && end.isAfter(other);
        }
    }

    private SlotFates(Optional<Instant> anchor, Optional<Instant> trimmedBefore) {
        this.anchor = anchor;
        this.trimmedBefore = trimmedBefore;
    }

    static Fates of(
            CrmScheduledTask task, Runs runs, CrmScheduledTaskStatus previous, Optional<Instant> lastScheduleTime) {
        SlotFates fates = new SlotFates(lastScheduleTime, runs.trimmedBefore());
        boolean overlaps = task.getSpec().overlapOrDefault() != Overlap.REPLACE;
        runs.observed().forEach(run -> fates.add(run, overlaps));
        Run last = previous.lastRun();
        if (last != null) {
            fates.add(last.scheduledTime(), last.completionTime(), overlaps);
        }
        List<RunEntry> history = previous.history();
        if (history != null) {
            history.forEach(entry -> fates.add(entry.scheduledTime(), entry.completionTime(), overlaps));
        }
        return fates;
    }

    @Override
    public Fate of(Instant slot) {
        if (started.contains(slot)) {
            return Fate.STARTED;
        }
        if (busy.stream().anyMatch(run -> run.at(slot))) {
            return Fate.OVERLAPPED;
        }
        // Kubernetes says that it was started, though nothing of it is left.
        if (anchor.filter(slot::equals).isPresent()) {
            return Fate.STARTED;
        }
        return trimmedBefore.filter(slot::isBefore).isPresent() ? Fate.UNKNOWABLE : Fate.NOT_STARTED;
    }

    private void add(ObservedRun run, boolean overlaps) {
        Instant end = run instanceof ObservedRun.Finished finished ? finished.completionTime() : Instant.MAX;
        run.identity().scheduledTime().ifPresent(slot -> add(slot, end, overlaps));
    }

    private void add(@Nullable String slot, @Nullable String end, boolean overlaps) {
        if (slot != null && end != null) {
            add(Instant.parse(slot), Instant.parse(end), overlaps);
        }
    }

    private void add(Instant slot, Instant end, boolean overlaps) {
        started.add(slot);
        if (overlaps) {
            busy.add(new Busy(slot, end));
        }
    }
}
